using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Runs;

/// <summary>The kernel trees that a stage of a build works with; they go back when it is done. Not for several threads at once.</summary>
/// <param name="kernels">Those that the build has opened.</param>
public sealed class KernelLoans(OpenKernels kernels) : IDisposable
{
    private readonly List<OpenKernel> open = [];

    /// <summary>The tree of a kernel, which is opened only where no stage of the build has opened it.</summary>
    /// <returns>The tree, which is not used after the loan; null after an error.</returns>
    /// <exception cref="IOException">A file of the tree cannot be read.</exception>
    internal KernelTree? Open(KernelCache kernel, DiagnosticBag diagnostics)
    {
        if (kernels.Take(kernel, diagnostics) is not { } taken)
            return null;
        open.Add(taken);
        return taken.Tree;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        open.ForEach(kernels.Return);
        open.Clear();
    }
}
