using Klp.Elf.Constants;
using Klp.Kernel.Trees;

namespace Klp.Patching.Placement;

/// <summary>vmlinux and the modules of a kernel, each opened once.</summary>
/// <param name="tree">The kernel.</param>
public sealed class LinkedImages(KernelTree tree)
{
    private readonly Dictionary<string, LinkedImage?> images = new(StringComparer.Ordinal);

    /// <summary>An object of the kernel.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <returns>The image; null where the kernel has no such file, or one without symbols.</returns>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LinkedImage? Find(string objectName)
    {
        if (!images.TryGetValue(objectName, out LinkedImage? image))
            images.Add(objectName, image = LinkedImage.Open(tree, objectName));
        return image;
    }
}
