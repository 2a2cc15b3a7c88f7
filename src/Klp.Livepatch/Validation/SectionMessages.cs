using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of livepatch relocation sections.</summary>
internal static class SectionMessages
{
    internal static Diagnostic ArchSectionIgnored(SourcePlace place, string section, string release) =>
        DiagnosticCodes.ArchSectionIgnored.At(
            place,
            $"The section {section} is for x86 kernels from 4.9 to 5.7. The kernel {release} ignores it: the code that its "
            + "entries are about would never be rewritten. Convert the module for this kernel.");

    internal static Diagnostic FlagMissing(SourcePlace place, string section, string orElse) => DiagnosticCodes.LivepatchFlagMissing.At(
        place,
        $"The livepatch relocation section {section} lacks the flag SHF_RELA_LIVEPATCH (0x00100000): the module loader would "
        + $"take it for an ordinary one, resolve its symbols to 0, and write null pointers{orElse}. Convert the module with its "
        + "flags.");

    internal static Diagnostic Skipped(SourcePlace place, string section) => DiagnosticCodes.LivepatchSectionSkipped.At(
        place,
        $"The livepatch relocation section {section} does not apply to a loaded section (sh_info): the kernel would silently "
        + "skip it, and its symbols would be null.");

    internal static Diagnostic FreedTooEarly(SourcePlace place, string section, string objectName) =>
        DiagnosticCodes.LivepatchSectionFreed.At(
            place,
            $"The livepatch relocation section {section} lacks the flag SHF_ALLOC: it would be freed after loading, and read "
            + $"again when {objectName} is loaded. The kernel would crash.");

    internal static Diagnostic OfUnpatchedObject(SourcePlace place, string section, string objectName, string patched) =>
        DiagnosticCodes.SectionOfUnpatchedObject.At(
            place,
            $"The livepatch relocation section {section} is for '{objectName}', but no klp_object of the livepatch has that "
            + $"name: the kernel would never apply it, and its symbols would be null. The livepatch patches {patched}.");

    internal static Diagnostic ObjectUnknown(SourcePlace place, string section, string objectName, string release, string question) =>
        DiagnosticCodes.ProviderUnknown.At(
            place,
            DiagnosticSeverity.Warning,
            $"The livepatch relocation section {section} is for '{objectName}', which is neither vmlinux nor a module of the "
            + $"kernel {release}: the kernel would apply it only when a module of that name is loaded, and until then its symbols "
            + $"are null.{question} Correct the name; of a module built outside the tree, name the file with "
            + $"{HostWord.ExternalModule}.");

    internal static Diagnostic Malformed(SourcePlace place, string section, string problem) => DiagnosticCodes.LivepatchSectionMalformed.At(
        place, $"The livepatch relocation section {section} {problem}.");
}
