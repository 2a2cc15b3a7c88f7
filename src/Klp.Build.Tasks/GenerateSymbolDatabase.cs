using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
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
        using FileLock held = FileLock.Take(kernel.Database + ".lock", cancellation.Token);
        if (StageRecord.FindChange(RecordPath, State, [kernel.Database, WarningsPath], [typeof(GenerateSymbolDatabase).Assembly.Location]) is null)
        {
            Log.LogMessage(MessageImportance.Normal, "Another build has made {0}.", kernel.Database);
            return;
        }

        if (kernel.OpenTree(diagnostics) is not { } tree)
            return;
        Log.LogMessage(MessageImportance.Normal, "Reading the symbols of {0} and its {1} modules into {2}, once for all projects.", tree.Release, tree.ModulePaths.Count, kernel.Database);
        if (!SymbolDatabaseBuilder.Build(tree.Sources, kernel.Database, diagnostics))
            return;
        // Both while the lock is held: who waits for it takes the database as it is.
        DiagnosticRecord.Write(WarningsPath, diagnostics);
        StageRecord.Write(RecordPath, State, []);
    }
}
