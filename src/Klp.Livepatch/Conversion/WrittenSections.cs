using System.Buffers.Binary;
using System.Text;
using ELFSharp.ELF.Sections;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Conversion;

/// <summary>Compares the sections of a module with those that another reader finds in its file.</summary>
internal static class WrittenSections
{
    // Of Elf64_Ehdr and Elf64_Shdr: offsets and the size, in bytes.
    private const int DataEncoding = 5, SectionHeaderOffset = 40, SectionHeaderBytes = 64, LinkOffset = 40, InfoOffset = 44;

    internal static IEnumerable<string> Differences(ElfObject module, Section<ulong>[] read, byte[] file)
    {
        if (read.Length != module.Sections.Count)
        {
            yield return $"it has {read.Length} sections and not {module.Sections.Count}";
            yield break;
        }

        Dictionary<ElfSection, ulong> indices = Indices(module);
        for (int i = 0; i < read.Length; i++)
        {
            ElfSection planned = module.Sections[i];
            Section<ulong> found = read[i];
            if (found.Name != Name(planned.Name))
                yield return $"section {i} has the name {found.Name} and not {planned.Name}";
            foreach (string difference in WrittenFields.Differences(
                $"section {i}, {planned.Name}",
                ("sh_type", (ulong)planned.Type, (ulong)found.Type),
                ("sh_flags", (ulong)planned.Flags, found.RawFlags),
                ("sh_addr", planned.Address, found.LoadAddress),
                ("sh_size", planned.Size, found.Size),
                ("sh_link", planned.Link is { } link ? indices[link] : 0, HeaderWord(file, i, LinkOffset)),
                ("sh_info", Info(module, planned, indices), HeaderWord(file, i, InfoOffset)),
                ("sh_addralign", planned.Alignment, found.Alignment),
                ("sh_entsize", planned.EntrySize, found.EntrySize)))
            {
                yield return difference;
            }

            if (planned is ElfDataSection { HasContents: true } data && !data.Contents.SequenceEqual(found.GetContents()))
                yield return $"section {i}, {planned.Name}, has other bytes";
        }
    }

    /// <summary>The 0-based index of each section in the file.</summary>
    internal static Dictionary<ElfSection, ulong> Indices(ElfObject module) =>
        module.Sections.Select((section, index) => (section, (ulong)index)).ToDictionary();

    /// <summary>A name as ELFSharp has it: it takes all names for UTF-8.</summary>
    internal static string Name(string name) => Ascii.IsValid(name) ? name : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name));

    private static ulong Info(ElfObject module, ElfSection section, Dictionary<ElfSection, ulong> indices) => section switch
    {
        ElfSymbolTable table => (ulong)table.Symbols.Count(symbol => symbol.Binding == ElfSymbolBinding.Local),
        ElfGroupSection { Signature: { } signature } => (ulong)WrittenSymbols.InOrder(module).IndexOf(signature),
        { InfoSection: { } target } => indices[target],
        _ => section.InfoValue,
    };

    // ELFSharp reads these two words and shows them to nobody.
    private static uint HeaderWord(byte[] file, int section, int offset)
    {
        bool isLittle = file[DataEncoding] == 1;
        ReadOnlySpan<byte> start = file.AsSpan(SectionHeaderOffset);
        long table = isLittle ? BinaryPrimitives.ReadInt64LittleEndian(start) : BinaryPrimitives.ReadInt64BigEndian(start);
        ReadOnlySpan<byte> word = file.AsSpan((int)table + (section * SectionHeaderBytes) + offset);
        return isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(word) : BinaryPrimitives.ReadUInt32BigEndian(word);
    }
}
