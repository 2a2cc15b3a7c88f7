using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Trees;

/// <summary>What there is to say of modules that were built outside the kernel tree.</summary>
internal static class ExternalModuleMessages
{
    internal static Diagnostic IsFolder(string path) => DiagnosticCodes.InputOutput.At(
        new SourcePlace(path),
        $"The external module is a folder. Name the modules in it: {HostWord.ExternalModulesIn.Of(path.TrimEnd('/'))}.");

    internal static Diagnostic Missing(string path) => DiagnosticCodes.InputOutput.At(
        new SourcePlace(path), $"The external module does not exist. Build it, or correct {HostWord.ExternalModule}.");

    internal static Diagnostic NoModule(string path) => DiagnosticCodes.InputOutput.At(
        new SourcePlace(path),
        "The file is no kernel module: its name does not end in .ko, .ko.gz, .ko.xz or .ko.zst. "
        + $"Correct {HostWord.ExternalModule}.");

    internal static Diagnostic Unreadable(string path, string problem) => DiagnosticCodes.InputOutput.At(
        new SourcePlace(path),
        $"The external module cannot be read: {DiagnosticText.Sentence(problem)} Correct {HostWord.ExternalModule}.");

    internal static Diagnostic Damaged(string path, string problem) => DiagnosticCodes.ModuleUnreadable.At(
        new SourcePlace(path), $"The module cannot be read: {DiagnosticText.Sentence(problem)} Build it anew.");

    internal static Diagnostic WrongArchitecture(string path, string problem) =>
        DiagnosticCodes.ExternalModuleForOtherKernel.At(new SourcePlace(path), problem);

    internal static Diagnostic NoVersionMagic(string path, string release) => DiagnosticCodes.ExternalModuleForOtherKernel.At(
        new SourcePlace(path),
        "The file has no version magic, which kbuild gives every module. Name the .ko that kbuild linked for the kernel "
        + $"{release}.");

    /// <summary>Says that the kernel would refuse a module.</summary>
    /// <param name="path">The module's file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="magic">The module's version magic.</param>
    /// <param name="wanted">The kernel's, or the release where that is all that is known.</param>
    /// <param name="tree">The kernel tree.</param>
    internal static Diagnostic OtherVersionMagic(string path, string name, string release, string magic, string wanted, string tree) =>
        DiagnosticCodes.ExternalModuleForOtherKernel.At(
            new SourcePlace(path),
            $"The module was built for another kernel. The kernel {release} would refuse it: \"{name}: version magic '{magic}' should "
            + $"be '{wanted}'\". Build it for this kernel: "
            + KernelMake.Command(tree, $"M={Path.GetDirectoryName(Path.GetFullPath(path))} modules"));

    internal static Diagnostic Renamed(string path, string name) => DiagnosticCodes.ExternalModuleName.At(
        new SourcePlace(path),
        $"The file is named {Path.GetFileName(path)}, but the kernel knows its module as {name}, which is the name that a livepatch "
        + $"has to use. Give the file its own name back: {name}.ko");

    internal static Diagnostic NameTwice(string path, string name, string other) => DiagnosticCodes.ExternalModuleName.At(
        new SourcePlace(path),
        $"Two different external modules are named {name}: this one and {other}. The kernel loads only one of a name: leave the "
        + "other out.");
}
