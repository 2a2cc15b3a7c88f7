using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of the sections that the module loader looks at.</summary>
internal static class ModuleSectionMessages
{
    internal static Diagnostic ModinfoTwice(SourcePlace place) => DiagnosticCodes.ModinfoDoubled.At(
        place,
        "The module has more than one .modinfo section. The kernel would refuse it: \"Only one .modinfo section must exist.\". "
        + "Link it with kbuild.");

    internal static Diagnostic Exports(SourcePlace place) => DiagnosticCodes.LivepatchExports.At(
        place,
        "The livepatch exports symbols. A module that uses them keeps it from being unloaded, and a newer livepatch cannot "
        + "export them too. Remove EXPORT_SYMBOL from its sources.");

    internal static Diagnostic LoaderSectionMissing(SourcePlace place, string section, string architecture, string quote) =>
        DiagnosticCodes.PltSectionMissing.At(
            place,
            $"The module has no section {section}, which the module loader of {architecture} needs. The kernel would refuse "
            + $"it{quote}. Link it with kbuild, which adds the section.");

    internal static Diagnostic WritableExecutable(SourcePlace place, string section, string module, int index) =>
        DiagnosticCodes.WritableExecutableSection.At(
            place,
            $"The section {section} is both writable and executable. The kernel would refuse the module: \"{module}: section "
            + $"{section} (index {index}) has invalid WRITE|EXEC flags\". Correct the flags of the section in the assembly that "
            + "makes it.");

    /// <summary>Says that struct module is not the kernel's.</summary>
    /// <param name="place">The module.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="size">How many bytes the section has, where there is one.</param>
    /// <param name="wanted">How many it has in the kernel's own modules, where that is known.</param>
    /// <param name="quote">What the kernel would log.</param>
    internal static Diagnostic ThisModuleWrong(SourcePlace place, string release, ulong? size, ulong? wanted, string quote)
    {
        string sizes = size is null || wanted is null ? "" : $": it has {size} bytes, those of the kernel's modules {wanted}";
        return DiagnosticCodes.ThisModuleWrong.At(
            place,
            $"The section {ReferenceModule.ThisModule} is not one of the kernel {release}{sizes}. The kernel would refuse the module: "
            + $"\"{quote}\". Build it against the headers and configuration of this kernel.");
    }

    /// <summary>Says that sections have one name.</summary>
    /// <param name="place">The module.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="section">Their name.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="isRefused">Whether the kernel refuses the module for that.</param>
    internal static Diagnostic NameTwice(SourcePlace place, int count, string section, string module, bool isRefused)
    {
        string problem = $"The module has {count} loaded sections named {section}, and the kernel makes a file of each name";
        string quote = $"\"sysfs: cannot create duplicate filename '/module/{module}/sections/{section}'\"";
        const string fix = "Link the module with kbuild, which joins sections of one name.";
        return isRefused
            ? DiagnosticCodes.SectionNameTwice.At(place, $"{problem}. It would refuse the module with EEXIST: {quote}. {fix}")
            : DiagnosticCodes.SectionNameTwice.At(
                place,
                DiagnosticSeverity.Warning,
                $"{problem}. It would load the module, without any such file, and log {quote}. {fix}");
    }
}
