using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Trees;

/// <summary>What there is to say of files of a kernel that were looked for: passed over, another kernel's, or not there.</summary>
internal static class KernelFileMessages
{
    private const int MostNames = 5;
    private const string WithoutThem = "What a livepatch uses of them cannot be found. Install the package that has them, or build them.";

    internal static string OfOtherArchitecture(string architecture, string release, string own) =>
        $"The file is of a kernel for {architecture}, and the kernel {release} is for {own}.";

    internal static Diagnostic Foreign(string file, string foreign) => DiagnosticCodes.KernelFileForeign.At(
        new SourcePlace(file), $"{foreign} Install the package of this kernel, or name its vmlinux with {HostWord.Vmlinux}.");

    internal static Diagnostic ForeignPassedOver(string file, string foreign, string taken) => DiagnosticCodes.KernelFilePassedOver.At(
        new SourcePlace(file), $"{foreign} It is passed over, and the kernel's symbols are read from {taken}.");

    /// <summary>Says that a file has not what it should.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What it is instead, from the verb.</param>
    /// <param name="taken">The file that takes its place.</param>
    /// <param name="isRawBtf">Whether it is BTF alone, which some copy there from /sys/kernel/btf/vmlinux.</param>
    internal static Diagnostic PassedOver(string file, string what, string taken, bool isRawBtf) => DiagnosticCodes.KernelFilePassedOver.At(
        new SourcePlace(file),
        $"The file {what}, so the kernel's symbols are read from {taken}."
        + (isRawBtf ? " kbuild cannot use it; remove it, or install the kernel's headers anew." : ""));

    internal static Diagnostic NoModules(
        string directory, string release, IEnumerable<string> folders, IReadOnlyCollection<string> exporting) =>
        DiagnosticCodes.ModulesMissing.At(
            new SourcePlace(directory),
            DiagnosticSeverity.Warning,
            $"The symbol database is without the modules of the kernel {release}: there are none in {string.Join(" or ", folders)}, "
            + $"and its Module.symvers tells of {Names(exporting)}. {WithoutThem}");

    internal static Diagnostic ModulesMissing(string folder, IReadOnlyCollection<string> missing) => DiagnosticCodes.ModulesMissing.At(
        new SourcePlace(folder),
        $"The symbol database is without modules that {Path.Combine(folder, "modules.order")} lists and that are not there: "
        + $"{Names(missing)}. {WithoutThem}");

    private static string Names(IReadOnlyCollection<string> names)
    {
        string some = string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? " and more" : "");
        return names.Count == 1 ? $"1 module ({some})" : $"{names.Count} modules ({some})";
    }
}
