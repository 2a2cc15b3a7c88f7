using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Livepatch.Modules;

namespace Klp.Patching.Placement;

/// <summary>The symbols by which units refer to each other, as a kernel was linked.</summary>
/// <param name="images">What it was linked to.</param>
/// <param name="exports">What it exports.</param>
/// <param name="own">The object that the referring unit belongs to.</param>
public sealed class KernelSymbols(LinkedImages images, ModuleSymvers exports, LinkedImage own) : IKernelSymbols
{
    /// <inheritdoc/>
    /// <remarks>What a module defines itself its units were linked to, whatever else has the name.</remarks>
    public bool IsExported(string name) => exports.Find(name) is { IsFromVmlinux: true, Namespace: "" }
        && (own.ObjectName == ModuleName.Vmlinux || InImage(own, name) is null);

    /// <inheritdoc/>
    public KernelSymbol? FindGlobal(string name)
    {
        if (InImage(own, name) is { } found)
            return found;
        if (own.ObjectName != ModuleName.Vmlinux
            && images.Find(ModuleName.Vmlinux) is { } vmlinux
            && InImage(vmlinux, name) is { } ofKernel)
        {
            return ofKernel;
        }

        return exports.Find(name) is { IsFromVmlinux: false } export && images.Find(export.ObjectName) is { } module
            ? InImage(module, name)
            : null;
    }

    private static KernelSymbol? InImage(LinkedImage image, string name) =>
        image.Describe(name, image.Find(name).FirstOrDefault(candidate => candidate.IsGlobal));
}
