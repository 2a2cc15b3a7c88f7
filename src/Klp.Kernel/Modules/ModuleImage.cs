using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Compression;

namespace Klp.Kernel.Modules;

/// <summary>Opens kernel modules, compressed or not.</summary>
public static class ModuleImage
{
    /// <summary>Opens a module for reading; holds it in memory, not the file.</summary>
    /// <param name="path">A .ko, .ko.gz, .ko.xz or .ko.zst.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed ELF64 file.</exception>
    /// <exception cref="InvalidDataException">Its compressed data is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ElfImage Open(string path) =>
        ElfImage.Read(new MemoryStream(CompressedFile.ReadAllBytes(path), writable: false), path);
}
