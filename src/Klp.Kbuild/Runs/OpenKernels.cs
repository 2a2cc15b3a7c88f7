using System.Collections.Concurrent;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Runs;

/// <summary>
/// The kernel trees that the stages of a build have opened, with what was read of them. A tree is not for several threads, so
/// none is lent twice at a time; and one whose files have changed since it was opened is not lent again.
/// </summary>
public sealed class OpenKernels
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<OpenKernel>> idle = new(StringComparer.Ordinal);

    /// <summary>Takes a kernel's tree out, and opens one where none is at hand.</summary>
    /// <exception cref="IOException">A file of the tree cannot be read.</exception>
    internal OpenKernel? Take(KernelCache kernel, DiagnosticBag diagnostics)
    {
        ConcurrentBag<OpenKernel> kept = Of(kernel);
        while (kept.TryTake(out OpenKernel? open))
        {
            if (open.IsUnchanged)
                return open;
        }

        return kernel.OpenAnew(diagnostics) is { } tree ? new OpenKernel(kernel, tree) : null;
    }

    /// <summary>Puts a tree back.</summary>
    internal void Return(OpenKernel open) => Of(open.Kernel).Add(open);

    private ConcurrentBag<OpenKernel> Of(KernelCache kernel) =>
        idle.GetOrAdd(string.Join('\n', [kernel.BuildDirectory, kernel.Vmlinux, .. kernel.ExternalModules]), _ => []);
}
