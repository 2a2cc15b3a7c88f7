using Klp.Kbuild.Building;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Makes the symbol database of a kernel tree and external modules, which all projects of these share.</summary>
public sealed class GenerateSymbolDatabase : StageTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <inheritdoc/>
    protected override bool IsShared => true;

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = ReadKernel(KernelCacheFile);
        string tool = typeof(GenerateSymbolDatabase).Assembly.Location;
        SharedDatabase.Make(kernel, State, tool, Say, diagnostics, cancellation.Token);
    }
}
