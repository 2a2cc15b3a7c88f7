using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Conversion;

/// <summary>What there is to say of relocations that become livepatch relocations.</summary>
internal static class MoveMessages
{
    /// <summary>The way out where a compiler reaches a weak symbol by way of a table.</summary>
    internal static readonly string WeakSymbolAdvice =
        "The symbol is declared weak, and compilers for arm64 reach such a one by way of a table of addresses, which modules have none "
        + "of. Declare it without __weak: the livepatch gets the kernel's symbol nevertheless. Where a header declares it so, compile "
        + $"with -mcmodel=large ({HostWord.CompilerFlags}).";

    /// <summary>The way out where other options than the kernel's may be the cause.</summary>
    internal const string OptionsAdvice =
        "Compile with the kernel's own flags (kbuild); position-independent code is the usual cause, -fno-pie the cure.";

    internal static Diagnostic LoadedTooEarly(
        SourcePlace? place, string user, string symbol, string provider, string declaration, string declarationForVmlinux) =>
        DiagnosticCodes.PatchedObjectUnknown.At(
            place,
            $"{user} patches vmlinux and uses '{symbol}' of the module {provider}, which may be loaded later. If the code "
            + $"checks that the module is there, declare the symbol with {declaration}; if the module is always loaded first, "
            + $"with {declarationForVmlinux}.");

    internal static Diagnostic ObjectNotPatched(SourcePlace? place, string symbol, string objectName, string patched) =>
        DiagnosticCodes.ObjectNotPatched.At(
            place,
            $"'{symbol}' is annotated for the patched object {objectName}, but no klp_object of the livepatch has that name, so "
            + $"the relocation would never be applied. The livepatch patches {patched}.");

    internal static Diagnostic PatchedObjectUnknown(
        SourcePlace? place, string symbol, string provider, string why, string declaration, string apart, string patched) =>
        DiagnosticCodes.PatchedObjectUnknown.At(
            place,
            $"'{symbol}' of {provider} must be resolved when the object that its user patches is loaded, and which one that is "
            + $"cannot be known: {why}. Declare the symbol with {declaration}{apart}. The livepatch patches {patched}.");

    internal static Diagnostic TypeUnknown(SourcePlace place, string user, string symbol, string typeName, string advice) =>
        DiagnosticCodes.RelocationTypeUnsupported.At(
            place, $"{user} refers to '{symbol}' with {typeName}, which the kernel's module loader does not know. {advice}");

    /// <summary>A use of a symbol in code that the kernel rewrites, as the beginning of a sentence.</summary>
    /// <param name="user">What uses the symbol.</param>
    /// <param name="symbol">The symbol in words.</param>
    /// <param name="table">The section of the table whose entry the code is.</param>
    internal static string UseInEntry(string user, string symbol, string table) =>
        $"{user} uses {symbol} inside an {(table == ".altinstructions" ? "alternative" : "entry of " + table)}";

    internal static Diagnostic ResolvedTooLate(SourcePlace place, string use) => DiagnosticCodes.SpecialSection.At(
        place,
        $"{use}. The kernel rewrites that code as the livepatch loads; resolved later, the relocation would overwrite what it wrote. Do "
        + "not use the symbol in an alternative.");

    internal static Diagnostic TwoObjectsInEntry(SourcePlace place, string use, string objectName, string other) =>
        DiagnosticCodes.SpecialSection.At(
            place,
            $"{use}, which is resolved with {objectName}, and a symbol that is resolved with {other}. The kernel rewrites that code once, "
            + "with one of them. Do not use both in one alternative.");

    /// <summary>Says that a table that the kernel reads early refers to a symbol that it resolves late.</summary>
    /// <param name="code">The code, of a conversion or of a validation.</param>
    /// <param name="place">The code that the table's entry is about.</param>
    /// <param name="user">What it is in.</param>
    /// <param name="symbol">The symbol in words.</param>
    /// <param name="table">The table's section.</param>
    internal static Diagnostic ReadTooEarly(
        DiagnosticDescriptor code, SourcePlace place, string user, string symbol, string table) => code.At(
        place,
        $"{user} uses {symbol} through {table}. The kernel reads that section as the livepatch loads, before the symbol is resolved, and "
        + "would corrupt memory. Do not use the symbol in a static branch, static call or alternative; for a static key use "
        + "static_key_enabled().");

    /// <summary>Says that whether a tracepoint is on is read before it is there.</summary>
    /// <param name="code">The code, of a conversion or of a validation.</param>
    /// <param name="place">The call.</param>
    /// <param name="user">What it is in.</param>
    /// <param name="tracepoint">The tracepoint.</param>
    /// <param name="ofModule">Whose it is, with a space before it.</param>
    /// <param name="table">The table's section.</param>
    internal static Diagnostic TracepointTooEarly(
        DiagnosticDescriptor code, SourcePlace place, string user, string tracepoint, string ofModule, string table) => code.At(
        place,
        $"{user} calls the tracepoint '{tracepoint}'{ofModule}, with trace_{tracepoint}(). The kernel reads whether a tracepoint is on "
        + $"through {table} as the livepatch loads, before the module's symbols are resolved, and would corrupt memory. Leave the call "
        + "out; where the code has to know whether the tracepoint is on, use "
        + $"static_key_enabled(&__tracepoint_{tracepoint}.key).");
}
