using System.Text;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Symbols;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Makes the symbol database of a kernel tree and external modules, which all projects of these share.</summary>
public sealed class GenerateSymbolDatabase : KlpTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The files that the database is made from.</summary>
    [Required]
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>The names and times of the inputs, which are kept beside the database.</summary>
    [Required]
    public string MadeFrom { get; set; } = "";

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
            IsRecorded = true;
            return;
        }

        if (kernel.OpenTree(diagnostics) is not { } tree)
            return;
        Log.LogMessage(MessageImportance.Normal, "Reading the symbols of {0} and its {1} modules into {2}, once for all projects.", tree.Release, tree.ModulePaths.Count, kernel.Database);
        if (!SymbolDatabaseBuilder.Build(tree.Sources, kernel.Database, diagnostics))
            return;
        // Both while the lock is held: who waits for it takes the database as it is.
        DiagnosticRecord.Write(Root(Warnings), diagnostics);
        IsRecorded = true;
        AtomicFile.WriteAllBytes(Record(kernel.Database), Encoding.UTF8.GetBytes(MadeFrom));
    }

    private static string Record(string database) => database + ".inputs";

    private bool IsUpToDate(string database)
    {
        if (!File.Exists(database) || !File.Exists(Root(Warnings)) || !File.Exists(Record(database)) || File.ReadAllText(Record(database)) != MadeFrom)
            return false;
        DateTime made = File.GetLastWriteTimeUtc(database);
        return Inputs.All(input => File.GetLastWriteTimeUtc(Root(input.ItemSpec)) <= made);
    }
}
