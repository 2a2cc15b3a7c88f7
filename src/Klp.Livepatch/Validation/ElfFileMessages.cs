using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Validation;

/// <summary>What the kernel would say of a file before it looks at what is in it, with its own words.</summary>
internal static class ElfFileMessages
{
    private const int SectionBytes = 64;
    private const string Rebuild = "The file is damaged; build it anew.";

    internal static Diagnostic Short(string file, int length) => Refused(
        DiagnosticCodes.ElfHeaderWrong,
        file,
        $"The file has {length} bytes, less than an ELF header.",
        $"Invalid ELF header len {length}");

    internal static Diagnostic NoElf(string file) => Refused(
        DiagnosticCodes.ElfHeaderWrong,
        file,
        "The file is no ELF file.",
        "Invalid ELF header magic: != \u007fELF");

    internal static Diagnostic OtherMachine(string file, string problem, int machine) => Refused(
        DiagnosticCodes.ElfHeaderWrong,
        file,
        problem,
        $"Invalid architecture in ELF header: {machine}");

    internal static Diagnostic HeaderSize(string file, int size) => Refused(
        DiagnosticCodes.SectionTableDamaged,
        file,
        $"A section header has {size} bytes, not {SectionBytes}. {Rebuild}",
        "Invalid ELF section header size");

    internal static Diagnostic SectionsOutside(string file, int count, ulong offset, int length) => Refused(
        DiagnosticCodes.SectionTableDamaged,
        file,
        $"The table of {count} section headers at 0x{offset:x} is not within the {length} bytes of the file. {Rebuild}",
        "Invalid ELF section header overflow");

    internal static Diagnostic NoNullSection(string file, uint type) => Refused(
        DiagnosticCodes.SectionTableDamaged,
        file,
        $"The first section is not the null section. {Rebuild}",
        $"ELF Spec violation: section 0 type({type})!=SH_NULL or non-zero len or addr");

    internal static Diagnostic SectionOutside(string file, int section, ulong size, ulong offset, int length, uint type) => Refused(
        DiagnosticCodes.SectionTableDamaged,
        file,
        $"Section {section} of 0x{size:x} bytes at 0x{offset:x} is not within the {length} bytes of the file. {Rebuild}",
        $"Invalid ELF section in module (section {section} type {type})");

    internal static Diagnostic NoNames(string file, int section, int count) => Refused(
        DiagnosticCodes.SectionNameDamaged,
        file,
        $"The header names no table of section names. {Rebuild}",
        $"Invalid ELF section name index: {section} || e_shstrndx ({section}) >= e_shnum ({count})");

    internal static Diagnostic NamesNotStrings(string file, int section, uint type) => Refused(
        DiagnosticCodes.SectionNameDamaged,
        file,
        $"The table of section names, section {section}, is no string table. {Rebuild}",
        $"Invalid ELF section name table type: {type}");

    internal static Diagnostic NamesEmpty(string file) => Refused(
        DiagnosticCodes.SectionNameDamaged,
        file,
        $"The table of section names is empty. {Rebuild}",
        "empty section name table");

    internal static Diagnostic NamesUnended(string file) => Refused(
        DiagnosticCodes.SectionNameDamaged,
        file,
        $"The table of section names does not end with NUL. {Rebuild}",
        "ELF Spec violation: section name table isn't null terminated");

    internal static Diagnostic NameOutside(string file, int section, uint type) => Refused(
        DiagnosticCodes.SectionNameDamaged,
        file,
        $"The name of section {section} is outside the table of section names. {Rebuild}",
        $"Invalid ELF section name in module (section {section} type {type})");

    internal static Diagnostic NoSymbolNames(string file, uint section, int count) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The symbol table names no string table. {Rebuild}",
        $"Invalid ELF sh_link!=SHN_UNDEF({section}) or (sh_link({section}) >= hdr->e_shnum({count})");

    internal static Diagnostic SymbolNamesNotStrings(string file, uint section, uint type) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The string table of the symbols, section {section}, is none. {Rebuild}",
        $"Invalid ELF symbol string table type: {type}");

    internal static Diagnostic SymbolNamesEmpty(string file) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The string table of the symbols is empty. {Rebuild}",
        "empty symbol string table");

    internal static Diagnostic SymbolNamesUnbegun(string file) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The string table of the symbols does not begin with NUL. {Rebuild}",
        "symbol string table missing leading NUL");

    internal static Diagnostic SymbolNamesUnended(string file) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The string table of the symbols does not end with NUL. {Rebuild}",
        "symbol string table isn't NUL terminated");

    internal static Diagnostic SymbolNameOutside(string file) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        $"The name of a symbol is outside its string table. {Rebuild}",
        "symbol name out of bounds in string table");

    internal static Diagnostic SymbolSectionOutside(string file, string symbol, int section, int count, string module) => Refused(
        DiagnosticCodes.SymbolSectionOutOfRange,
        file,
        $"The symbol {symbol} is in section {section} of {count}. {Rebuild}",
        $"{module}: Symbol {symbol} has an invalid section index {section} (max {count - 1})");

    /// <summary>Says that the file is no relocatable object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="type">Its e_type.</param>
    /// <param name="isSwapped">Whether it is one in the other byte order.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="architecture">The kernel's architecture.</param>
    internal static Diagnostic NotRelocatable(string file, ushort type, bool isSwapped, string release, string architecture) => Refused(
        DiagnosticCodes.ElfHeaderWrong,
        file,
        isSwapped
            ? $"The file is in the other byte order than the kernel {release} for {architecture}. Build it for this kernel."
            : "The file is no relocatable object, as modules are.",
        $"Invalid ELF header type: {type} != 1");

    internal static Diagnostic NotOneSymbolTable(string file, int count, string module) => Refused(
        DiagnosticCodes.SymbolTableDamaged,
        file,
        count == 0
            ? "The module has no symbol table; strip --strip-debug keeps it."
            : $"The module has {count} symbol tables. {Rebuild}",
        $"{module}: module has no symbols (stripped?)");

    internal static Diagnostic Identification(string file, string member, int value, string wanted) => DiagnosticCodes.ElfHeaderWrong.At(
        new SourcePlace(file),
        DiagnosticSeverity.Warning,
        $"e_ident[{member}] is {value}, not {wanted}. The kernel does not look at it and would load the module; modprobe, strip and "
        + $"other programs do not. {Rebuild}");

    private static Diagnostic Refused(DiagnosticDescriptor code, string file, string problem, string quote) => code.At(
        new SourcePlace(file), $"{problem} The kernel would refuse it: \"{quote}\".");
}
