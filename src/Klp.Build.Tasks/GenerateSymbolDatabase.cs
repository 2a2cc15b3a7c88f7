using Klp.Build.Tasks.Processes;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Makes the symbol database of a kernel tree, which all projects of that tree share.</summary>
public sealed class GenerateSymbolDatabase : KlpTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The files that the database is made from.</summary>
    [Required]
    public ITaskItem[] Inputs { get; set; } = [];

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = KernelCache.Read(Root(KernelCacheFile));
        using FileLock held = FileLock.Take(kernel.Database + ".lock", cancellation.Token);
        if (IsUpToDate(kernel.Database))
        {
            Log.LogMessage(MessageImportance.Normal, "Another build has made {0}.", kernel.Database);
            return;
        }

        if (KernelTree.Open(kernel.BuildDirectory, diagnostics) is not { } tree)
            return;
        Log.LogMessage(MessageImportance.Normal, "Reading the symbols of {0} into {1}.", tree.Release, kernel.Database);
        SymbolDatabaseBuilder.Build(tree.Sources, kernel.Database, diagnostics);
    }

    private bool IsUpToDate(string database)
    {
        DateTime made = File.GetLastWriteTimeUtc(database);
        return File.Exists(database) && Inputs.All(input => File.GetLastWriteTimeUtc(Root(input.ItemSpec)) <= made);
    }
}
