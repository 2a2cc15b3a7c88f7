using Klp.Build.Tasks.Items;
using Klp.Kbuild.Building;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Makes objects of the livepatch from patches of the kernel's source.</summary>
public sealed class ExtractPatch : StageTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>The patches, in the order in which they apply.</summary>
    [Required]
    public ITaskItem[] Patches { get; set; } = [];

    /// <summary>Further functions to patch, which the report names too.</summary>
    public ITaskItem[] Functions { get; set; } = [];

    /// <summary>Patched objects with their callbacks, which the report names too.</summary>
    public ITaskItem[] Objects { get; set; } = [];

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The kernel's source; empty for where the build's own records say.</summary>
    public string KernelSource { get; set; } = "";

    /// <summary>How many units of the kernel may change; empty for <see cref="PatchRequest.DefaultMaxUnits"/>.</summary>
    public string MaxUnits { get; set; } = "";

    /// <summary>A program that calls the compiler, such as ccache, perhaps with options of its own; empty for none.</summary>
    public string CompilerLauncher { get; set; } = "";

    /// <summary>The names of the environment variables that the compiler gets, divided by <c>;</c>.</summary>
    public string EnvironmentVariables { get; set; } = "";

    /// <summary>The folder for what is made on the way.</summary>
    [Required]
    public string WorkDirectory { get; set; } = "";

    /// <summary>Receives the list of objects and functions; the objects come into a folder beside it.</summary>
    [Required]
    public string PatchFile { get; set; } = "";

    /// <summary>The folder for what the user looks at: the report, also where the patches are refused, and the patched copies.</summary>
    [Required]
    public string ReportDirectory { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        // What an earlier build reported is not what becomes of the patches now.
        PatchReportFiles.Remove(Root(ReportDirectory));
        PatchItems items = new(diagnostics);
        PatchRequest request = new()
        {
            Kernel = ReadKernel(KernelCacheFile),
            Patches = items.ReadPatches(Patches, Root),
            WorkDirectory = Root(WorkDirectory),
            SourceDirectory = KernelSource.Length > 0 ? Root(KernelSource) : null,
            Written = ReadWritten(),
            MaxUnits = items.ReadMaxUnits(MaxUnits, ProjectFile) ?? PatchRequest.DefaultMaxUnits,
            Launcher = CompilerLauncher,
            EnvironmentVariables = SplitList(EnvironmentVariables),
            // It is told of what takes longer than a moment only.
            OnProgress = sentence => Log.LogMessage(MessageImportance.High, "{0}", sentence),
            CopiesDirectory = Root(ReportDirectory),
            Disassembles = true,
        };
        if (diagnostics.HasErrors)
            return;
        PatchBuild build = new(request);
        PatchResult? result = build.Run(diagnostics, cancellation.Token);
        if (build.Explanation is { } explanation)
            PatchReportFiles.Write(explanation, Root(ReportDirectory));
        if (result is null || diagnostics.HasErrors)
            return;
        ExtractedPatch.Of(result).Write(Root(PatchFile));
        Found = result.Inputs;
    }

    // What is wrong with the items the tables' stage says.
    private PatchDescription ReadWritten()
    {
        TableItems items = new([]);
        return new PatchDescription { Functions = items.ReadFunctions(Functions), Objects = items.ReadObjects(Objects) };
    }
}
