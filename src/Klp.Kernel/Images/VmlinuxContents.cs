using System.Buffers.Binary;
using Klp.DebugInfo.Btf;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Files;

namespace Klp.Kernel.Images;

/// <summary>
/// What a file that is named vmlinux holds: distributions give the name to the linked kernel, to a stripped one, to debug
/// information that was split from it (NOBITS in place of contents), and to types alone (.BTF, for kbuild's BTF step).
/// </summary>
internal sealed record VmlinuxContents
{
    private const ushort BtfMagic = 0xeb9f;

    private VmlinuxContents(string path) => Path = path;

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>The kernel's code, and a symbol table that says where its kallsyms is.</summary>
    internal bool HasSymbols { get; private init; }

    /// <summary>The kernel's code, but no such symbol table; kallsyms is found by its form, as in an image.</summary>
    internal bool IsStripped { get; private init; }

    /// <summary>Types in BTF.</summary>
    internal bool HasBtf { get; private init; }

    /// <summary>BTF and nothing around it, as /sys/kernel/btf/vmlinux is.</summary>
    internal bool IsRawBtf { get; private init; }

    /// <summary>Debug information in DWARF.</summary>
    internal bool HasDwarf { get; private init; }

    /// <summary>The machine of an ELF file, or null.</summary>
    internal ElfMachine? Machine { get; private init; }

    /// <summary>True for a file that serves anything.</summary>
    internal bool IsOfUse => HasSymbols || IsStripped || HasBtf || HasDwarf;

    /// <summary>Why nothing of it can be used, in the words of a reader, or null.</summary>
    internal string? Problem { get; private init; }

    /// <summary>True for a file that only root may read, as some distributions keep the kernel.</summary>
    internal bool IsUnreadable { get; private init; }

    /// <summary>What it has instead of the kernel's symbols, in words that follow "it".</summary>
    internal string InsteadOfSymbols =>
        IsUnreadable ? "may be read by root only"
        : Problem is { } problem ? $"cannot be read ({problem})"
        : IsRawBtf ? "is a copy of the kernel's BTF (/sys/kernel/btf/vmlinux) and no ELF file"
        : IsStripped ? "was stripped of its symbols"
        : HasDwarf ? "has debug information, but not the kernel that it was split from"
        : HasBtf ? "has the kernel's types (BTF), but not the kernel"
        : "has neither the kernel nor debug information";

    /// <summary>Looks into a file; of one that is damaged or may not be read it says so.</summary>
    /// <param name="path">A file that is there.</param>
    internal static VmlinuxContents Of(string path)
    {
        try
        {
            if (IsBtf(path))
                return new VmlinuxContents(path) { HasBtf = true, IsRawBtf = true };
            using ElfImage image = ElfImage.Open(path);
            return Of(image);
        }
        catch (UnauthorizedAccessException)
        {
            return new VmlinuxContents(path) { IsUnreadable = true };
        }
        catch (Exception problem) when (problem is ElfFormatException or IOException)
        {
            return new VmlinuxContents(path) { Problem = problem.Message };
        }
    }

    private static VmlinuxContents Of(ElfImage image)
    {
        bool hasCode = image.Sections.Any(
            section => section.HasContents
                && section.Flags.HasFlag(ElfSectionFlags.Alloc)
                && section.Flags.HasFlag(ElfSectionFlags.Execute));
        bool hasSymbols = hasCode && KnowsKallsyms(image);
        return new VmlinuxContents(image.FileName)
        {
            Machine = image.Header.Machine,
            HasSymbols = hasSymbols,
            IsStripped = hasCode && !hasSymbols,
            HasBtf = HasContents(image, BtfTypes.SectionName),
            HasDwarf = HasContents(image, ".debug_info"),
        };
    }

    // Where a vmlinux has a symbol table, its strings have the name, and looking at them alone is fast.
    private static bool KnowsKallsyms(ElfImage image)
    {
        int symbols = image.FindSection(ElfSectionType.SymbolTable);
        int strings = symbols < 0 ? 0 : (int)image.Sections[symbols].Link;
        return strings > 0 && strings < image.Sections.Count && image.ReadSection(strings).AsSpan().IndexOf("kallsyms_names\0"u8) >= 0;
    }

    private static bool HasContents(ElfImage image, string section) =>
        image.FindSection(section) is var index and >= 0 && image.Sections[index].HasContents;

    private static bool IsBtf(string path)
    {
        using FileStream file = InputFile.OpenRead(path);
        Span<byte> magic = stackalloc byte[sizeof(ushort)];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length)
            return false;
        return BinaryPrimitives.ReadUInt16LittleEndian(magic) == BtfMagic || BinaryPrimitives.ReadUInt16BigEndian(magic) == BtfMagic;
    }
}
