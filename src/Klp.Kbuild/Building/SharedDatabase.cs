using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Building;

/// <summary>
/// The symbol database of a kernel tree and external modules in the user's cache folder, which all builds share. Beside it lie
/// the stage's records.
/// </summary>
public static class SharedDatabase
{
    /// <summary>Makes the database, unless it is there and made from what is there now.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="state">What it is to be made from, as <see cref="StageRecord"/> has it.</param>
    /// <param name="tool">The assembly of the build, which counts where it is newer than the database.</param>
    /// <param name="onProgress">Told what is done, in a sentence.</param>
    /// <param name="diagnostics">Receives what there is to tell of a database that is made here; of another it is in the record.</param>
    /// <param name="cancellation">Ends the waiting for another build that makes it.</param>
    /// <returns>False after an error.</returns>
    public static bool Make(
        KernelCache kernel, string state, string tool, Action<string> onProgress, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(onProgress);
        string record = kernel.Database + StageRecord.Extension, warnings = kernel.Database + DiagnosticRecord.Extension;
        using FileLock held = FileLock.Take(kernel.Database + ".lock", cancellation);
        if (StageRecord.FindChange(record, state, [kernel.Database, warnings], [tool]) is null)
        {
            onProgress($"Another build has made {kernel.Database}.");
            return true;
        }

        if (kernel.OpenTree(diagnostics) is not { } tree)
            return false;
        onProgress(
            $"Reading the symbols of {tree.Release} and its {tree.ModulePaths.Count} modules into {kernel.Database}, once for all "
            + "projects.");
        if (!SymbolDatabaseBuilder.Build(tree.Sources, kernel.Database, diagnostics))
            return false;
        // Both while the lock is held: who waits for it takes the database as it is.
        DiagnosticRecord.Write(warnings, diagnostics);
        StageRecord.Write(record, state, []);
        return true;
    }

    // What is compiled ahead is one file.
    private static string ToolFile
    {
        get
        {
            string room = Path.Combine(AppContext.BaseDirectory, $"{typeof(KernelTree).Assembly.GetName().Name}.dll");
            return File.Exists(room) ? room : Environment.ProcessPath!;
        }
    }

    /// <summary>Makes the database as <see cref="Make"/> does, by the state that the targets of a project find too.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="diagnostics">Receives what there is to tell, also of a database that another build made.</param>
    /// <param name="cancellation">Ends the waiting for another build that makes it.</param>
    /// <returns>False after an error.</returns>
    internal static bool MakeFor(ResolvedKernel kernel, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        string database = kernel.Cache.Database;
        string state = StageRecord.State([], kernel.DatabaseInputs, [database], byName: true);
        DiagnosticBag problems = new();
        bool isMade = Make(kernel.Cache, state, ToolFile, _ => { }, problems, cancellation);
        diagnostics.AddRange(isMade ? DiagnosticRecord.Read(database + DiagnosticRecord.Extension) : problems);
        return isMade;
    }
}
