using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Conversion;

/// <summary>What there is to say of a module that is to be converted.</summary>
internal static class ConversionMessages
{
    internal static Diagnostic NoVersionMagic(SourcePlace? place) => DiagnosticCodes.ModuleMalformed.At(
        place,
        "The module has no vermagic, so which kernel it is for is not known. Convert a module that kbuild linked, or name the "
        + $"kernel tree with {HostWord.Tree}.");

    internal static Diagnostic NoSymbolTable(SourcePlace? place) => DiagnosticCodes.ModuleMalformed.At(
        place, "The module has no symbol table. Convert before it is stripped.");

    internal static Diagnostic AlreadyConverted(SourcePlace? place) => DiagnosticCodes.AlreadyConverted.At(
        place,
        "The module has livepatch symbols or relocation sections already: it is converted. Convert the module that the linker "
        + "made.");

    internal static Diagnostic Signed(SourcePlace? place) => DiagnosticCodes.ModuleMalformed.At(
        place,
        "The module is signed. The conversion changes what the signature is about, and a kernel refuses a module whose "
        + "signature is wrong. Convert before it is signed.");

    internal static Diagnostic NotRenumberable(SourcePlace? place, string section, uint type, string reason) =>
        DiagnosticCodes.ModuleMalformed.At(
            place,
            $"The section {section} of type 0x{type:x} refers {reason}, which the conversion changes. Compile without it "
            + $"(clang: -fno-addrsig), or remove it with objcopy --remove-section={section}.");

    internal static Diagnostic SymbolNameTooLong(SourcePlace? place, string symbol, int most) =>
        DiagnosticCodes.LivepatchSymbolMalformed.At(
            place,
            $"The kernel cannot read the name of the livepatch symbol {symbol}: an object's name has at most "
            + $"{ModuleName.MaxLength} characters, a symbol's {most}.");

    internal static Diagnostic ObjectNameTooLong(SourcePlace? place, string objectName) => DiagnosticCodes.LivepatchSectionMalformed.At(
        place,
        $"The kernel cannot read the name of a livepatch section for '{objectName}': an object's name has 1 to "
        + $"{ModuleName.MaxLength} characters.");

    internal static Diagnostic SecondReaderDisagrees(SourcePlace? place, IReadOnlyList<string> differences)
    {
        const int most = 5;
        string more = differences.Count > most ? $"\n    and {differences.Count - most} more" : "";
        return DiagnosticCodes.SecondReaderDisagrees.At(
            place,
            "The converted module is not what was planned, says a second reader:\n    "
            + $"{string.Join("\n    ", differences.Take(most))}{more}\n"
            + "This is a fault of the conversion and not of your sources, and the module was not written. Please report it, "
            + "with the module that the linker made.");
    }

    internal static Diagnostic WrongArchitecture(SourcePlace? place, string problem) =>
        DiagnosticCodes.ModuleMalformed.At(place, problem);
}
