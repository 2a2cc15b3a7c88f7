using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of a module as a whole: what it says of itself, its struct module, its BTF.</summary>
internal static class ModuleMessages
{
    private const string BuildAnew = "Build it against the headers and configuration of this kernel.";

    internal static Diagnostic NotMarkedAsLivepatch(SourcePlace place, string module) => DiagnosticCodes.NotMarkedAsLivepatch.At(
        place,
        $"The module does not say that it is a livepatch. The kernel would refuse it: \"module {module} is not marked as a "
        + "livepatch module\". Add MODULE_INFO(livepatch, \"Y\"); to one of its sources.");

    internal static Diagnostic NoVersionMagic(SourcePlace place, string release) => DiagnosticCodes.VermagicMismatch.At(
        place, $"The module has no vermagic, and the kernel {release} does not take such a one. Link it with kbuild.");

    internal static Diagnostic OtherVersionMagic(SourcePlace place, string release, string module, string magic, string wanted) =>
        DiagnosticCodes.VermagicMismatch.At(
            place,
            $"The module was built for another kernel or configuration. The kernel {release} would refuse it: \"{module}: "
            + $"version magic '{magic}' should be '{wanted}'\". Build it against the headers of this kernel.");

    internal static Diagnostic Damaged(SourcePlace? place, string damage) => DiagnosticCodes.ModuleMalformed.At(
        place, $"{damage}. The kernel does not check this, and what it would do is not known. Build the module anew.");

    /// <summary>Says that the module's BTF is of no use to the kernel.</summary>
    /// <param name="place">The module.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="error">The kernel's error number.</param>
    /// <param name="isLeftOut">Whether the kernel loads the module all the same.</param>
    internal static Diagnostic BtfInvalid(SourcePlace place, string release, string problem, string module, int error, bool isLeftOut)
    {
        string words = $"The module's BTF does not go with the kernel {release}: {problem}.";
        string quote = $"\"failed to validate module [{module}] BTF: -{error}\"";
        const string fix = "Build the livepatch with the vmlinux of this very kernel and its pahole, or without BTF: objcopy "
            + "--remove-section=.BTF.";
        return isLeftOut
            ? DiagnosticCodes.ModuleBtfInvalid.At(
                place,
                DiagnosticSeverity.Warning,
                $"{words} The kernel would load the livepatch without it, and log {quote}, or as newer ones once for all modules "
                + $"\"Kernel module BTF mismatch detected\". {fix}")
            : DiagnosticCodes.ModuleBtfInvalid.At(place, $"{words} The kernel would refuse the livepatch: {quote}. {fix}");
    }

    internal static Diagnostic NameMisplaced(SourcePlace place, string release, int offset, int wanted) =>
        DiagnosticCodes.ModuleMemberMisplaced.At(
            place,
            $"{Layout(release)}: the module's name is at 0x{offset:x}, and in the kernel's own modules at 0x{wanted:x}. The kernel "
            + $"would load the livepatch under another name, or none. {BuildAnew}");

    /// <summary>Says that the kernel would not find the address of the start or the exit function.</summary>
    /// <param name="place">The module.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="function">The function.</param>
    /// <param name="offset">Where struct module points to it; null for nowhere.</param>
    /// <param name="wanted">Where the kernel looks for it.</param>
    /// <param name="effect">What the kernel would do, as a sentence without its end.</param>
    internal static Diagnostic FunctionMisplaced(
        SourcePlace place, string release, string function, ulong? offset, ulong wanted, string effect)
    {
        string found = offset is null ? $"does not point to {function}(), and" : $"points to {function}() at 0x{offset:x}, and";
        string overwritten = offset is null ? "" : ", and what it has there would be overwritten";
        return DiagnosticCodes.ModuleMemberMisplaced.At(
            place,
            $"{Layout(release)}: it {found} that of the kernel's own modules does at 0x{wanted:x}. {effect}{overwritten}. {BuildAnew}");
    }

    private static string Layout(string release) =>
        $"The struct module in {ReferenceModule.ThisModule} is laid out in another way than that of the kernel {release}";
}
