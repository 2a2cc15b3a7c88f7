using Klp.Kbuild.Processes;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Runs;

/// <summary>A kernel tree that was opened, with the times that its files had then.</summary>
internal sealed class OpenKernel
{
    private readonly string[] files;
    private readonly string times;

    /// <summary>Keeps a tree that has just been opened.</summary>
    internal OpenKernel(KernelCache kernel, KernelTree tree)
    {
        Kernel = kernel;
        Tree = tree;
        // Those that the build looks at to see whether it is another kernel, and those that hold what the tree tells.
        files = [.. kernel.Inputs.Select(FileTimes.PathOf).Concat(tree.Files).Distinct(StringComparer.Ordinal)];
        times = FileTimes.Record(files);
    }

    /// <summary>What it was opened by.</summary>
    internal KernelCache Kernel { get; }

    /// <summary>The tree.</summary>
    internal KernelTree Tree { get; }

    /// <summary>True while it would be opened to the same: not of a kernel that was built anew.</summary>
    internal bool IsUnchanged => FileTimes.Record(files) == times;
}
