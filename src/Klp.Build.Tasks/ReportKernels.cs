using Klp.Build.Tasks.Items;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Says what came of the build for each of a project's kernels.</summary>
public sealed class ReportKernels : KlpTask
{
    private static readonly string[] Titles = ["kernel", "release", "architecture", "module"];

    /// <summary>The project's kernels.</summary>
    [Required]
    public ITaskItem[] Kernels { get; set; } = [];

    /// <summary>The modules that were to be built, as KlpModule items; a kernel whose tree cannot be used has none.</summary>
    public ITaskItem[] Expected { get; set; } = [];

    /// <summary>The modules that were built, as KlpModule items.</summary>
    public ITaskItem[] Finished { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        string[][] rows = [Titles, .. Kernels.Select(Row)];
        int[] widths = [.. Titles.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            Log.LogMessage(
                MessageImportance.High, "  {0}", string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());

        ItemPlaces places = new();
        foreach (ITaskItem kernel in Kernels.Where(kernel => Find(Finished, kernel) is null))
            diagnostics.AddError(
                DiagnosticCodes.KernelFailed,
                $"The livepatch was not built for the kernel \"{kernel.ItemSpec}\" in {Root(kernel.GetMetadata("Tree"))}: see its "
                + $"errors above. {Finished.Length} of {Kernels.Length} kernels have their modules.",
                places.Find(kernel, "KlpKernel"));
    }

    private string[] Row(ITaskItem kernel)
    {
        ITaskItem? module = Find(Expected, kernel);
        return
        [
            kernel.ItemSpec,
            module?.GetMetadata("KernelRelease") ?? "?",
            module?.GetMetadata("KernelArchitecture") ?? "?",
            Find(Finished, kernel) is { } finished ? Path.GetRelativePath(ProjectDirectory, finished.ItemSpec) : "failed",
        ];
    }

    private static ITaskItem? Find(IEnumerable<ITaskItem> modules, ITaskItem kernel) =>
        modules.FirstOrDefault(
            module => string.Equals(module.GetMetadata(KernelNames.Metadata), kernel.ItemSpec, StringComparison.OrdinalIgnoreCase));
}
