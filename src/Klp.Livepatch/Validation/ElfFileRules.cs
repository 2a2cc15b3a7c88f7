using System.Buffers.Binary;
using System.Text;
using Klp.Elf.Constants;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>
/// What the module loader checks of the file before it looks at what is in it (kernel/module/main.c, elf_validity_ehdr to
/// elf_validity_cache_strtab), on the bytes themselves, so that a damaged file gets the kernel's own reason. Stops at the
/// first finding, as the kernel does.
/// </summary>
internal sealed class ElfFileRules
{
    private const int HeaderBytes = 64;
    private const int ClassAt = 4;
    private const int DataAt = 5;
    private const byte Class64 = 2;
    private const int SectionBytes = 64;
    private const int SymbolBytes = 24;
    private const uint StringTable = 3;
    private const uint SymbolTable = 2;
    private const uint NoBits = 8;

    private readonly ReadOnlyMemory<byte> file;
    private readonly string fileName;
    private readonly KernelTree tree;
    private readonly DiagnosticBag diagnostics;
    private readonly ElfByteOrder order;
    private readonly List<(uint Name, uint Type, ulong Offset, ulong Size, uint Link)> sections = [];

    private ElfFileRules(ReadOnlyMemory<byte> file, string fileName, KernelTree tree, DiagnosticBag diagnostics)
    {
        this.file = file;
        this.fileName = fileName;
        this.tree = tree;
        this.diagnostics = diagnostics;
        order = tree.Architecture.ByteOrder;
    }

    private ReadOnlySpan<byte> Bytes => file.Span;

    private byte Data => DataOf(order);

    /// <summary>False, with a diagnostic, when the kernel would refuse the file.</summary>
    internal static bool Check(ReadOnlyMemory<byte> file, string fileName, KernelTree tree, DiagnosticBag diagnostics)
    {
        ElfFileRules rules = new(file, fileName, tree, diagnostics);
        return rules.CheckHeader() && rules.CheckSections() && rules.CheckSectionNames() && rules.CheckSymbols();
    }

    /// <summary>The file as the kernel reads it: with the class and byte order that it takes for granted.</summary>
    internal static byte[] AsRead(ReadOnlyMemory<byte> file, KernelTree tree)
    {
        byte[] bytes = file.ToArray();
        (bytes[ClassAt], bytes[DataAt]) = (Class64, DataOf(tree.Architecture.ByteOrder));
        return bytes;
    }

    private static byte DataOf(ElfByteOrder order) => order == ElfByteOrder.Big ? (byte)2 : (byte)1;

    private bool CheckHeader()
    {
        if (Bytes.Length < HeaderBytes)
            return Refuse(ElfFileMessages.Short(fileName, Bytes.Length));
        if (!Bytes.StartsWith("\u007fELF"u8))
            return Refuse(ElfFileMessages.NoElf(fileName));
        ushort type = order.ReadUInt16(Bytes[16..]), machine = order.ReadUInt16(Bytes[18..]);
        if (type != (ushort)ElfObjectType.Relocatable)
        {
            return Refuse(ElfFileMessages.NotRelocatable(fileName, type, IsSwapped(type), tree.Release, tree.Architecture.ToString()));
        }

        if (machine != (ushort)tree.Architecture.Machine)
            return Refuse(ElfFileMessages.OtherMachine(fileName, tree.WrongArchitecture((ElfMachine)machine), machine));
        CheckIdentification();
        return true;
    }

    private static bool IsSwapped(ushort type) => type == BinaryPrimitives.ReverseEndianness((ushort)ElfObjectType.Relocatable);

    // The kernel reads the header in its own class and byte order, whatever these two bytes say.
    private void CheckIdentification()
    {
        if (Bytes[ClassAt] != Class64)
            diagnostics.Add(ElfFileMessages.Identification(fileName, "EI_CLASS", Bytes[ClassAt], $"{Class64} (ELFCLASS64)"));
        if (Bytes[DataAt] != Data)
            diagnostics.Add(ElfFileMessages.Identification(fileName, "EI_DATA", Bytes[DataAt], $"{Data}"));
    }

    private bool CheckSections()
    {
        ulong start = order.ReadUInt64(Bytes[40..]);
        ushort entry = order.ReadUInt16(Bytes[58..]), count = order.ReadUInt16(Bytes[60..]);
        if (entry != SectionBytes)
            return Refuse(ElfFileMessages.HeaderSize(fileName, entry));
        if (start >= (ulong)Bytes.Length || (ulong)count * SectionBytes > (ulong)Bytes.Length - start)
            return Refuse(ElfFileMessages.SectionsOutside(fileName, count, start, Bytes.Length));

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = Bytes[((int)start + (i * SectionBytes))..];
            sections.Add((
                order.ReadUInt32(header),
                order.ReadUInt32(header[4..]),
                order.ReadUInt64(header[24..]),
                order.ReadUInt64(header[32..]),
                order.ReadUInt32(header[40..])));
            if (i == 0 && (sections[0].Type != 0 || sections[0].Size != 0 || order.ReadUInt64(header[16..]) != 0))
                return Refuse(ElfFileMessages.NoNullSection(fileName, sections[0].Type));
            if (sections[i].Type is not (0 or NoBits) && !IsInside(sections[i].Offset, sections[i].Size))
                return Refuse(ElfFileMessages.SectionOutside(
                    fileName, i, sections[i].Size, sections[i].Offset, Bytes.Length, sections[i].Type));
        }

        return true;
    }

    private bool CheckSectionNames()
    {
        ushort index = order.ReadUInt16(Bytes[62..]);
        if (index == 0 || index >= sections.Count)
            return Refuse(ElfFileMessages.NoNames(fileName, index, sections.Count));
        if (sections[index].Type != StringTable)
            return Refuse(ElfFileMessages.NamesNotStrings(fileName, index, sections[index].Type));
        ReadOnlySpan<byte> names = Contents(index);
        if (names.IsEmpty)
            return Refuse(ElfFileMessages.NamesEmpty(fileName));
        if (names[^1] != 0)
            return Refuse(ElfFileMessages.NamesUnended(fileName));
        int wrong = sections.FindIndex(section => section.Type != 0 && section.Name >= sections[index].Size);
        if (wrong >= 0)
            return Refuse(ElfFileMessages.NameOutside(fileName, wrong, sections[wrong].Type));
        return true;
    }

    private bool CheckSymbols()
    {
        List<int> tables = [.. Enumerable.Range(0, sections.Count).Where(i => sections[i].Type == SymbolTable)];
        if (tables is not [int table])
            return Refuse(ElfFileMessages.NotOneSymbolTable(fileName, tables.Count, ModuleLabel()));
        uint link = sections[table].Link;
        if (link == 0 || link >= sections.Count)
            return Refuse(ElfFileMessages.NoSymbolNames(fileName, link, sections.Count));
        if (sections[(int)link].Type != StringTable)
            return Refuse(ElfFileMessages.SymbolNamesNotStrings(fileName, link, sections[(int)link].Type));
        ReadOnlySpan<byte> names = Contents((int)link);
        if (names.IsEmpty)
            return Refuse(ElfFileMessages.SymbolNamesEmpty(fileName));
        if (names[0] != 0)
            return Refuse(ElfFileMessages.SymbolNamesUnbegun(fileName));
        if (names[^1] != 0)
            return Refuse(ElfFileMessages.SymbolNamesUnended(fileName));
        for (ReadOnlySpan<byte> symbols = Contents(table); symbols.Length >= SymbolBytes; symbols = symbols[SymbolBytes..])
        {
            uint name = order.ReadUInt32(symbols);
            if (name >= names.Length)
                return Refuse(ElfFileMessages.SymbolNameOutside(fileName));
            ushort section = order.ReadUInt16(symbols[6..]);
            if (section >= sections.Count
                && section is not (ElfSectionIndex.Absolute or ElfSectionIndex.Common or ElfSectionIndex.Livepatch))
            {
                string text = Encoding.Latin1.GetString(names[(int)name..]).Split('\0')[0];
                return Refuse(ElfFileMessages.SymbolSectionOutside(fileName, text, section, sections.Count, ModuleLabel()));
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Contents(int index) => Bytes.Slice((int)sections[index].Offset, (int)sections[index].Size);

    private bool IsInside(ulong offset, ulong size) => offset <= (ulong)Bytes.Length && size <= (ulong)Bytes.Length - offset;

    // The kernel prints the name in .modinfo.
    private string ModuleLabel()
    {
        int at = Bytes.IndexOf("\0name="u8);
        if (at < 0)
            return "(missing .modinfo section or name field)";
        ReadOnlySpan<byte> name = Bytes[(at + 6)..];
        int end = name.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
    }

    private bool Refuse(Diagnostic problem)
    {
        diagnostics.Add(problem);
        return false;
    }
}
