using Klp.Build.Tasks.Items;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Checks the kernels that a project names, before anything is built for them.</summary>
public sealed class CheckKernels : KlpTask
{
    /// <summary>The project's kernels: a name, and the build directory as Tree.</summary>
    [Required]
    public ITaskItem[] Kernels { get; set; } = [];

    /// <summary>The property KlpKernelTree as the project sets it; empty where it does not.</summary>
    public string KernelTree { get; set; } = "";

    /// <summary>The only kernel to build for, as the caller's KlpKernelName has it; empty for all.</summary>
    public string OnlyKernel { get; set; } = "";

    /// <summary>The modules that would be built, with the metadata of KlpModule items; empty to leave them unchecked.</summary>
    public ITaskItem[] Modules { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        if (KernelTree.Length > 0)
            diagnostics.AddError(
                DiagnosticCodes.KernelsAndKernelTree,
                $"The project has KlpKernel items and sets KlpKernelTree to {KernelTree}. Remove one of the two; "
                + "-p:KlpKernelTree=… on the command line builds for one kernel.");

        if (OnlyKernel.Length > 0 && !Kernels.Any(kernel => kernel.ItemSpec.Equals(OnlyKernel, StringComparison.OrdinalIgnoreCase)))
            diagnostics.AddError(
                DiagnosticCodes.KernelItemInvalid,
                $"The project has no KlpKernel item \"{OnlyKernel}\", which KlpKernelName asks for. It has "
                + $"{string.Join(", ", Kernels.Select(kernel => $"\"{kernel.ItemSpec}\""))}.");

        ItemPlaces places = new();
        foreach (ITaskItem kernel in Kernels.Where(kernel => kernel.GetMetadata("Tree").Length == 0))
            diagnostics.AddError(
                DiagnosticCodes.KernelItemInvalid,
                $"The KlpKernel item \"{kernel.ItemSpec}\" does not say where the kernel is. Write <KlpKernel "
                + $"Include=\"{kernel.ItemSpec}\" Tree=\"/path/to/the/kernel/build\" />.",
                places.Find(kernel, "KlpKernel"));
        foreach (IGrouping<string, ITaskItem> same in Repeated(Kernels, kernel => kernel.ItemSpec))
            diagnostics.AddError(
                DiagnosticCodes.KernelItemInvalid,
                $"Two KlpKernel items have the name \"{same.Key}\". Give each kernel a name of its own.",
                places.Find(same.Last(), "KlpKernel"));
        foreach (IGrouping<string, ITaskItem> same in Repeated(Modules, module => module.ItemSpec))
            diagnostics.AddError(
                DiagnosticCodes.KernelsShareOutput,
                $"The kernels {string.Join(" and ", same.Select(KernelNames.Of))} would have the same module, {same.Key}. Give one "
                + "of them a folder of its own: <KlpKernelFolder Condition=\"'$(KlpKernelName)' == "
                + $"'{same.Last().GetMetadata(KernelNames.Metadata)}'\">"
                + $"{same.Last().GetMetadata(KernelNames.Metadata)}</KlpKernelFolder>.");
    }

    private static IEnumerable<IGrouping<string, ITaskItem>> Repeated(IEnumerable<ITaskItem> items, Func<ITaskItem, string> key) =>
        items.GroupBy(key, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1);
}
