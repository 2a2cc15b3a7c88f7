using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Images;
using Klp.Kernel.SymbolTables;

namespace Klp.Kernel.Trees;

/// <summary>
/// Whether a file without the kernel's text, as debug information that was split from it, is of the same link as the files that a
/// tree has: by their build ids.
/// </summary>
internal static class VmlinuxIdentity
{
    /// <summary>The build ids of two files that cannot be of one kernel, and the tree's file.</summary>
    /// <param name="Own">The build id of the file that was asked for, in hexadecimal digits.</param>
    /// <param name="Other">The build id of the tree's file.</param>
    /// <param name="OtherPath">The tree's file.</param>
    internal sealed record Mismatch(string Own, string Other, string OtherPath);

    /// <summary>
    /// Compares a file with the tree's vmlinux and the images that boot. Null where one of them has its build id, or nothing can be
    /// compared: the file has none, or none of the others has one that can be read.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="files">What the tree has.</param>
    /// <param name="order">The kernel's byte order.</param>
    internal static Mismatch? Compare(VmlinuxContents file, KernelFiles files, ElfByteOrder order)
    {
        if (file.IsRawBtf || OfElf(file.Path) is not { } own)
            return null;
        Mismatch? mismatch = null;
        string?[] images = [files.Sources.ImagePath, files.InstalledImagePath];
        foreach (string path in images.Prepend(files.Sources.VmlinuxPath).OfType<string>().Distinct().Where(path => path != file.Path))
        {
            if ((path == files.Sources.VmlinuxPath ? OfElf(path) : OfImage(path, order)) is not { } other)
                continue;
            if (other == own)
                return null;
            mismatch ??= new Mismatch(own, other, path);
        }

        return mismatch;
    }

    private static string? OfElf(string path) => Readable(() =>
    {
        using ElfImage image = ElfImage.Open(path);
        return BuildId.Read(image);
    });

    private static string? OfImage(string path, ElfByteOrder order) =>
        Readable(() => KernelImageSymbols.Read(path, order) is { } image ? BuildId.Read(image, order) : null);

    // What cannot be read is told where it is needed.
    private static string? Readable(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
