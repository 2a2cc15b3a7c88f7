using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of what a module imports.</summary>
internal static class ImportMessages
{
    internal static Diagnostic ModuleNamespaceImported(SourcePlace place, string name, string module) =>
        DiagnosticCodes.NamespaceNotImported.At(
            place,
            $"The module imports the namespace {name}, which is for the modules that it names and cannot be imported. The "
            + $"kernel would refuse the livepatch: \"{module}: module tries to import module namespace: {name}\". Remove the "
            + "MODULE_IMPORT_NS, and use its symbols as livepatch symbols, with KLP_RELOC_SYMBOL of <klp/relocation.h>.");

    internal static Diagnostic CommonSymbol(SourcePlace place, string symbol, string module) => DiagnosticCodes.CommonSymbol.At(
        place,
        $"'{symbol}' is a common symbol: declared without extern or an initial value, and compiled with -fcommon. The kernel "
        + $"would refuse the module: \"{module}: please compile with -fno-common\". Compile with the kernel's own flags (kbuild).");

    internal static Diagnostic VersionTableIncomplete(SourcePlace place, string problem) => DiagnosticCodes.VersionTableIncomplete.At(
        place,
        $"The sections {ModuleVersions.ExtendedCrcSection} and {ModuleVersions.ExtendedNameSection} do not fit together. The "
        + $"kernel would refuse the module: \"{problem}\". Link it with kbuild.");

    internal static Diagnostic NoVersions(SourcePlace place, string release) => DiagnosticCodes.ImportVersionMismatch.At(
        place,
        $"The module has no CRCs of its imports, which the kernel {release} with CONFIG_MODVERSIONS needs. It would refuse the "
        + "module. Build it with the kernel's Module.symvers.");

    internal static Diagnostic NotExported(SourcePlace place, string symbol, string release, string module) =>
        DiagnosticCodes.UndefinedSymbol.At(
            place,
            $"'{symbol}' is undefined and exported neither by the kernel {release} nor by a module of it. The kernel would refuse the "
            + $"livepatch: {Unknown(module, symbol)}. Convert the module, remove the use of the symbol, or name the module that exports "
            + $"it with {HostWord.ExternalModule}.");

    /// <summary>Says that a module may not use an export.</summary>
    /// <param name="place">Where the symbol is used.</param>
    /// <param name="symbol">The export.</param>
    /// <param name="license">The module's license; null where it states none.</param>
    /// <param name="module">The module's name.</param>
    internal static Diagnostic LicenseIncompatible(SourcePlace place, string symbol, string? license, string module) =>
        DiagnosticCodes.LicenseIncompatible.At(
            place,
            $"'{symbol}' is exported for GPL-compatible modules only, and the module's license is "
            + $"{(license is null ? "not stated" : $"\"{license}\"")}. The kernel would refuse the livepatch: "
            + $"{Unknown(module, symbol)}. Add MODULE_LICENSE(\"GPL\"); if that is its license.");

    /// <summary>Says that an export is in a namespace.</summary>
    /// <param name="place">Where the symbol is used.</param>
    /// <param name="symbol">The export.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="isOfModules">Whether the namespace names the modules that may use it.</param>
    internal static Diagnostic NamespaceNotImported(SourcePlace place, string symbol, string name, string module, bool isOfModules)
    {
        string fix = isOfModules
            ? "Only modules of these names may use it: use it as a livepatch symbol, with KLP_RELOC_SYMBOL of <klp/relocation.h>."
            : $"Add MODULE_IMPORT_NS(\"{name}\"); (without the quotes before 6.13).";
        return DiagnosticCodes.NamespaceNotImported.At(
            place,
            $"'{symbol}' is exported in the namespace {name}, which the module does not import. The kernel would refuse the livepatch: "
            + $"\"{module}: module uses symbol ({symbol}) from namespace {name}, but does not import it.\". {fix}");
    }

    /// <summary>Says that the kernel's CRC of an export is another.</summary>
    /// <param name="code">What kind of export it is.</param>
    /// <param name="place">Where the symbol is used.</param>
    /// <param name="symbol">The export.</param>
    /// <param name="own">The CRC that the module has.</param>
    /// <param name="wanted">The kernel's.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="module">The module's name, as the kernel logs it.</param>
    internal static Diagnostic OtherVersion(
        DiagnosticDescriptor code, SourcePlace place, string symbol, uint own, uint wanted, string release, string module) => code.At(
        place,
        $"The module expects '{symbol}' with the CRC 0x{own:x8}, the kernel {release} has it with 0x{wanted:x8}: its declaration, or a "
        + $"structure it uses, is another. The kernel would refuse the module: \"{module}: disagrees about version of symbol {symbol}\". "
        + "Build it against the headers of this kernel.");

    internal static Diagnostic NoVersion(DiagnosticDescriptor code, SourcePlace place, string symbol, string release, string module)
    {
        string cause = symbol.Length > ModuleVersions.LongestBasicName
            ? $" The name is longer than the {ModuleVersions.LongestBasicName} characters that the table can hold."
            : "";
        return code.At(
            place,
            $"The module has no CRC for '{symbol}'.{cause} The kernel {release} would refuse the module: \"{module}: no symbol version "
            + $"for {symbol}\". Build it with the kernel's Module.symvers.");
    }

    private static string Unknown(string module, string symbol) => $"\"{module}: Unknown symbol {symbol} (err -2)\"";
}
