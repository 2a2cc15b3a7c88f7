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
    private const string Rebuild = "The file is damaged; build it anew.";

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
            return Refuse(DiagnosticCodes.ElfHeaderWrong, $"The file has {Bytes.Length} bytes, less than an ELF header.", $"Invalid ELF header len {Bytes.Length}");
        if (!Bytes.StartsWith("\u007fELF"u8))
            return Refuse(DiagnosticCodes.ElfHeaderWrong, "The file is no ELF file.", "Invalid ELF header magic: != \u007fELF");
        ushort type = order.ReadUInt16(Bytes[16..]), machine = order.ReadUInt16(Bytes[18..]);
        if (type != (ushort)ElfObjectType.Relocatable)
        {
            string problem = IsSwapped(type) ? $"The file is in the other byte order than the kernel {tree.Release} for {tree.Architecture}. Build it for this kernel." : "The file is no relocatable object, as modules are.";
            return Refuse(DiagnosticCodes.ElfHeaderWrong, problem, $"Invalid ELF header type: {type} != 1");
        }

        if (machine != (ushort)tree.Architecture.Machine)
            return Refuse(DiagnosticCodes.ElfHeaderWrong, tree.WrongArchitecture((ElfMachine)machine), $"Invalid architecture in ELF header: {machine}");
        CheckIdentification();
        return true;
    }

    private static bool IsSwapped(ushort type) => type == BinaryPrimitives.ReverseEndianness((ushort)ElfObjectType.Relocatable);

    // The kernel reads the header in its own class and byte order, whatever these two bytes say.
    private void CheckIdentification()
    {
        if (Bytes[ClassAt] != Class64)
            Warn($"e_ident[EI_CLASS] is {Bytes[ClassAt]}, not {Class64} (ELFCLASS64)");
        if (Bytes[DataAt] != Data)
            Warn($"e_ident[EI_DATA] is {Bytes[DataAt]}, not {Data}");
        void Warn(string problem) => diagnostics.AddWarning(DiagnosticCodes.ElfHeaderWrong, $"{problem}. The kernel does not look at it and would load the module; modprobe, strip and other programs do not. {Rebuild}", new SourcePlace(fileName));
    }

    private bool CheckSections()
    {
        ulong start = order.ReadUInt64(Bytes[40..]);
        ushort entry = order.ReadUInt16(Bytes[58..]), count = order.ReadUInt16(Bytes[60..]);
        if (entry != SectionBytes)
            return Refuse(DiagnosticCodes.SectionTableDamaged, $"A section header has {entry} bytes, not {SectionBytes}. {Rebuild}", "Invalid ELF section header size");
        if (start >= (ulong)Bytes.Length || (ulong)count * SectionBytes > (ulong)Bytes.Length - start)
            return Refuse(DiagnosticCodes.SectionTableDamaged, $"The table of {count} section headers at 0x{start:x} is not within the {Bytes.Length} bytes of the file. {Rebuild}", "Invalid ELF section header overflow");

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = Bytes[((int)start + (i * SectionBytes))..];
            sections.Add((order.ReadUInt32(header), order.ReadUInt32(header[4..]), order.ReadUInt64(header[24..]), order.ReadUInt64(header[32..]), order.ReadUInt32(header[40..])));
            if (i == 0 && (sections[0].Type != 0 || sections[0].Size != 0 || order.ReadUInt64(header[16..]) != 0))
                return Refuse(DiagnosticCodes.SectionTableDamaged, $"The first section is not the null section. {Rebuild}", $"ELF Spec violation: section 0 type({sections[0].Type})!=SH_NULL or non-zero len or addr");
            if (sections[i].Type is not (0 or NoBits) && !IsInside(sections[i].Offset, sections[i].Size))
                return Refuse(DiagnosticCodes.SectionTableDamaged, $"Section {i} of 0x{sections[i].Size:x} bytes at 0x{sections[i].Offset:x} is not within the {Bytes.Length} bytes of the file. {Rebuild}", $"Invalid ELF section in module (section {i} type {sections[i].Type})");
        }

        return true;
    }

    private bool CheckSectionNames()
    {
        ushort index = order.ReadUInt16(Bytes[62..]);
        if (index == 0 || index >= sections.Count)
            return Refuse(DiagnosticCodes.SectionNameDamaged, $"The header names no table of section names. {Rebuild}", $"Invalid ELF section name index: {index} || e_shstrndx ({index}) >= e_shnum ({sections.Count})");
        if (sections[index].Type != StringTable)
            return Refuse(DiagnosticCodes.SectionNameDamaged, $"The table of section names, section {index}, is no string table. {Rebuild}", $"Invalid ELF section name table type: {sections[index].Type}");
        ReadOnlySpan<byte> names = Contents(index);
        if (names.IsEmpty)
            return Refuse(DiagnosticCodes.SectionNameDamaged, $"The table of section names is empty. {Rebuild}", "empty section name table");
        if (names[^1] != 0)
            return Refuse(DiagnosticCodes.SectionNameDamaged, $"The table of section names does not end with NUL. {Rebuild}", "ELF Spec violation: section name table isn't null terminated");
        int wrong = sections.FindIndex(section => section.Type != 0 && section.Name >= sections[index].Size);
        if (wrong >= 0)
            return Refuse(DiagnosticCodes.SectionNameDamaged, $"The name of section {wrong} is outside the table of section names. {Rebuild}", $"Invalid ELF section name in module (section {wrong} type {sections[wrong].Type})");
        return true;
    }

    private bool CheckSymbols()
    {
        List<int> tables = [.. Enumerable.Range(0, sections.Count).Where(i => sections[i].Type == SymbolTable)];
        if (tables is not [int table])
            return Refuse(DiagnosticCodes.SymbolTableDamaged, tables.Count == 0 ? "The module has no symbol table; strip --strip-debug keeps it." : $"The module has {tables.Count} symbol tables. {Rebuild}", $"{ModuleLabel()}: module has no symbols (stripped?)");
        uint link = sections[table].Link;
        if (link == 0 || link >= sections.Count)
            return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The symbol table names no string table. {Rebuild}", $"Invalid ELF sh_link!=SHN_UNDEF({link}) or (sh_link({link}) >= hdr->e_shnum({sections.Count})");
        if (sections[(int)link].Type != StringTable)
            return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The string table of the symbols, section {link}, is none. {Rebuild}", $"Invalid ELF symbol string table type: {sections[(int)link].Type}");
        ReadOnlySpan<byte> names = Contents((int)link);
        if (names.IsEmpty)
            return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The string table of the symbols is empty. {Rebuild}", "empty symbol string table");
        if (names[0] != 0)
            return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The string table of the symbols does not begin with NUL. {Rebuild}", "symbol string table missing leading NUL");
        if (names[^1] != 0)
            return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The string table of the symbols does not end with NUL. {Rebuild}", "symbol string table isn't NUL terminated");
        for (ReadOnlySpan<byte> symbols = Contents(table); symbols.Length >= SymbolBytes; symbols = symbols[SymbolBytes..])
        {
            uint name = order.ReadUInt32(symbols);
            if (name >= names.Length)
                return Refuse(DiagnosticCodes.SymbolTableDamaged, $"The name of a symbol is outside its string table. {Rebuild}", "symbol name out of bounds in string table");
            ushort section = order.ReadUInt16(symbols[6..]);
            if (section >= sections.Count && section is not (ElfSectionIndex.Absolute or ElfSectionIndex.Common or ElfSectionIndex.Livepatch))
            {
                string text = Encoding.Latin1.GetString(names[(int)name..]).Split('\0')[0];
                return Refuse(DiagnosticCodes.SymbolSectionOutOfRange, $"The symbol {text} is in section {section} of {sections.Count}. {Rebuild}", $"{ModuleLabel()}: Symbol {text} has an invalid section index {section} (max {sections.Count - 1})");
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

    private bool Refuse(string code, string problem, string? kernel)
    {
        string quote = kernel is null ? "" : $" The kernel would refuse it: \"{kernel}\".";
        diagnostics.AddError(code, $"{problem}{quote}", new SourcePlace(fileName));
        return false;
    }
}
