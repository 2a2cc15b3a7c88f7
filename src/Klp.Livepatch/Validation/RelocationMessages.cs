using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of the relocations of a finished livepatch.</summary>
internal static class RelocationMessages
{
    internal static Diagnostic SymbolNotLivepatch(SourcePlace place, int index, string section, string symbol, string where) =>
        DiagnosticCodes.RelocationSymbolNotLivepatch.At(
            place,
            $"Relocation {index} of {section} refers to '{symbol}', whose section index is not SHN_LIVEPATCH (0xff20). The "
            + $"kernel would refuse the livepatch: \"symbol {symbol} {where}is not marked as a livepatch symbol\".");

    internal static Diagnostic VmlinuxSymbolFromModuleSection(
        SourcePlace place, int index, string section, string symbol, string rightSection) =>
        DiagnosticCodes.VmlinuxSymbolFromModuleSection.At(
            place,
            $"Relocation {index} of {section} refers to the symbol '{symbol}' of vmlinux. The kernel would refuse the "
            + $"livepatch: \"invalid access to vmlinux symbol '{symbol}' from module-specific livepatch relocation section\". It "
            + $"belongs in {rightSection}.");

    internal static Diagnostic InAlternative(SourcePlace place, string user, string symbol, string objectName) =>
        DiagnosticCodes.SymbolResolvedTooLate.At(
            place,
            $"{user} uses '{symbol}' inside an alternative, which the kernel rewrites as the livepatch loads; resolved when "
            + $"{objectName} is loaded, the relocation would overwrite what it wrote, without a message. Do not use the symbol in "
            + "an alternative.");

    internal static Diagnostic DistantBranch(SourcePlace place, string user, string symbol, string objectName) =>
        DiagnosticCodes.DistantBranch.At(
            place,
            $"{user} branches to '{symbol}', which is resolved when {objectName} is loaded. If the two modules are more than "
            + $"128 MiB apart and {objectName} is loaded after the livepatch, the kernel writes a PLT entry into read-only memory "
            + "and oopses. Modules are that far apart only when the kernel's 128 MiB for modules are full.");

    internal static Diagnostic TooNarrow(SourcePlace place, string user, string symbol, string typeName, uint type) =>
        DiagnosticCodes.LoaderRelocationUnsupported.At(
            place,
            $"{user} holds the address of '{symbol}' in too few bits ({typeName}). The kernel would refuse the livepatch: "
            + $"\"overflow in relocation type {type} val\" and the address. Use a pointer, or an unsigned long.");

    internal static Diagnostic TypeUnknown(
        SourcePlace place, string user, string symbol, string typeName, string architecture, string quote, string advice) =>
        DiagnosticCodes.LoaderRelocationUnsupported.At(
            place,
            $"{user} refers to '{symbol}' with {typeName}, which the module loader of {architecture} does not know. The kernel "
            + $"would refuse the livepatch{quote}. {advice}");

    internal static Diagnostic OrdinaryToLivepatchSymbol(SourcePlace place, ulong offset, string section, string symbol) =>
        DiagnosticCodes.OrdinaryRelocationToLivepatchSymbol.At(
            place,
            $"The relocation at 0x{offset:x} of {section} is an ordinary one but refers to the livepatch symbol {symbol}. The "
            + $"module loader would resolve it to null. It belongs in a {LivepatchNames.RelocationSectionPrefix} section.");
}
