using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>What there is to say of the objects that a patch concerns, and of the build that they are from.</summary>
internal static class UnitMessages
{
    private const string NeedsBuild = "A patch needs the directory in which the kernel was built, with its objects, the .cmd files "
        + "beside them and vmlinux; a package of headers has none of them.";

    internal static Diagnostic CommandsMissing(string build, string file) => DiagnosticCodes.PatchTreeIncomplete.At(null,
        $"{build} has no record of how the kernel was compiled: {file} is missing. {NeedsBuild} Build the kernel from its source, with "
        + $"its configuration and its compiler, and name that directory by {HostWord.Tree}.");

    internal static Diagnostic CommandsMalformed(string file) => DiagnosticCodes.PatchTreeIncomplete.At(null,
        $"{file} does not say which source the object was made from. It is not kbuild's, or of an unknown form. Build the kernel anew.");

    internal static Diagnostic ArchiveMissing(string build) => DiagnosticCodes.PatchTreeIncomplete.At(null,
        $"{build} has neither vmlinux.a nor built-in.a, which list the objects of vmlinux. {NeedsBuild} Build it: "
            + KernelMake.Command(build, "vmlinux modules"));

    internal static Diagnostic SourceMissing(string build, string folder) => DiagnosticCodes.PatchTreeIncomplete.At(null,
        $"The source of the kernel in {build} is not in {folder}. Set {HostWord.KernelSource} to the source that it was built from.");

    internal static Diagnostic ObjectMissing(string build, string name) => DiagnosticCodes.PatchTreeIncomplete.At(null,
        $"{build}/{name} is missing, of which there is a record. {NeedsBuild} Build it: "
            + KernelMake.Command(build, "vmlinux modules"));

    internal static Diagnostic FileUnknown(string named, string root, IReadOnlyList<string> near) => DiagnosticCodes.InputOutput.At(null,
        $"There is no file {named} in the kernel's source {root}."
        + (near.Count == 0
                ? " Name it from there, as fs/proc/version.c."
                : $" Did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"));

    internal static Diagnostic FileIsFolder(string named) => DiagnosticCodes.InputOutput.At(null,
        $"{named} is a folder, where a file is needed: a source or a header.");

    internal static Diagnostic FileOutside(string named, string root) => DiagnosticCodes.InputOutput.At(null,
        $"{named} is not in the kernel's source {root}. What the build makes has no patch; name what it is made from.");

    /// <summary>A file of the patch that no object is made from.</summary>
    /// <param name="place">Where it is in the patch.</param>
    /// <param name="path">The file.</param>
    /// <param name="makefile">The makefile that has an object for it, and its words; null where none was found.</param>
    /// <param name="option">The option that is not set; null where that is not known.</param>
    /// <param name="isOnly">True where no file of the patch is in an object.</param>
    internal static Diagnostic FileUnused(SourcePlace? place, string path, string? makefile, string? option, bool isOnly)
    {
        string reason = (makefile, option) switch
        {
            (null, _) => "The kernel's build has no object that is made from it",
            (_, null) => $"{makefile} has an object for it, but the kernel's build made none",
            _ => $"{makefile} builds it with CONFIG_{option}, which is not set",
        };
        return DiagnosticCodes.FileInNoObject.At(place, isOnly ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            $"{path} is not in this kernel. {reason}, so the change of it has no effect here"
            + (isOnly ? ": there is nothing to patch." : "; the rest of the patch is built."));
    }

    internal static Diagnostic NotPatchable(SourcePlace? place, KernelUnit unit, ObjectDifference difference) =>
        DiagnosticCodes.ObjectNotPatchable.At(place, unit.Language switch
        {
            UnitLanguage.Assembler =>
                $"The patch changes {unit.Object}, which is assembler ({unit.Source}): {difference}. A livepatch replaces "
                    + "functions of C. Take what changes it out of the patch, as a header's part that assembler reads.",
            UnitLanguage.HeaderConstants =>
                $"The patch changes {unit.Object}, of which the build generates a header: {difference}. All objects that read the header "
                + "have the constant as it was, assembler among them. Leave it as it is in the patch; another value needs a "
                + "new kernel.",
            UnitLanguage.LinkerScript =>
                $"The patch changes {unit.Object}, by which the build links: {difference}. A livepatch does not move what is linked. "
                    + "Take what changes it out of the patch.",
            UnitLanguage.HostProgram =>
                $"The patch changes {unit.Object}, a program that the build runs to make other files: {difference}. What it made is in the "
                    + "kernel as it was. Take what changes the program out of the patch; another output of it needs a new kernel.",
            _ =>
                $"The patch changes {unit.Object}, which belongs to {unit.Image}: {difference}. A livepatch replaces functions of "
                    + "vmlinux and of modules only. Take what changes it out of the patch; that part needs a new kernel.",
        });

    internal static Diagnostic RustUnit(SourcePlace? place, KernelUnit unit) => DiagnosticCodes.ObjectNotPatchable.At(place,
        $"{unit.Object} is Rust ({unit.Source}) and made from a file that the patch changes. A livepatch replaces functions of C. "
            + "Take the file out of the patch.");

    /// <summary>The recorded command does not give the kernel's object.</summary>
    /// <param name="place">Where in the patch the object is concerned.</param>
    /// <param name="unit">The object.</param>
    /// <param name="difference">The first difference.</param>
    /// <param name="recorded">The compiler that made the kernel's object, where another one runs now; else null.</param>
    /// <param name="found">The compiler that runs now; null where it is the same.</param>
    /// <param name="newer">A file that is newer than the object, or null.</param>
    internal static Diagnostic OriginalDiffers(
        SourcePlace? place, KernelUnit unit, ObjectDifference difference, string? recorded, string? found, string? newer)
    {
        string reason = (recorded, newer) switch
        {
            (not null, _) => $"The kernel was compiled by {recorded}, and here runs {found}. Install the kernel's own compiler.",
            (_, not null) => $"{newer} is newer than the object: the source is not what this kernel was built from. Restore it, "
                + "or build the kernel anew and boot that.",
            _ => "The compiler, its options, or a file that the build made is not what it was. Build the kernel anew with what is "
                + "installed here, and boot that.",
        };
        return DiagnosticCodes.OriginalDiffers.At(place,
            $"The source {unit.Source} without the patch does not give the kernel's own {unit.Object}: {difference}. {reason} A "
                + "livepatch from "
            + "another source than the kernel's may do anything.");
    }

    internal static Diagnostic OriginalFails(SourcePlace? place, KernelUnit unit, string line) => DiagnosticCodes.OriginalDiffers.At(place,
        $"The recorded command for {unit.Object} fails without the patch: {line}. The source or the compiler is not what the "
            + "kernel was built with.");

    internal static Diagnostic CompileNotDone(SourcePlace? place, KernelUnit unit, string line, string folder) =>
        DiagnosticCodes.CompileNotDone.At(place,
        $"The compile of {unit.Object} did not come to its end: {line}. That is no fault of the source. See that there is room in "
            + $"{folder} and in the folder of temporary files, and memory for a compiler on each processor, and build again.");

    internal static Diagnostic SectionsDiffer(SourcePlace? place, KernelUnit unit, ObjectDifference difference) =>
        DiagnosticCodes.OriginalDiffers.At(place,
        $"With a section for each function the compiler makes something else of {unit.Source} than the kernel's own "
            + $"{unit.Object}: {difference}. What "
        + "changes cannot be told from it. Patch other functions, or write the replacement by hand.");

    internal static Diagnostic Unprovable(string config, string option, string reason) => DiagnosticCodes.ConfigurationNotPatchable.At(
        new SourcePlace(config),
        $"The kernel is configured with CONFIG_{option}: {reason}. A patch cannot become a livepatch for it; write the "
            + "replacement functions by hand, "
        + "or configure the kernel without the option.");

    internal static Diagnostic OriginalRead(SourcePlace? place, KernelUnit unit, string path, string reached) =>
        DiagnosticCodes.OverlayLeak.At(place,
        $"The compile of {unit.Source} read the original of {path} and not the patched file: it is reached as {reached}. This is "
            + "an error of the "
        + "tool, or the source has links of its own on that way; no livepatch is made.");

    internal static Diagnostic PatchedError(SourcePlace? place, string where, string text) => DiagnosticCodes.PatchedSourceError.At(place,
        $"The patched source does not compile: {where}: {text}");

    internal static Diagnostic PatchedFails(SourcePlace? place, KernelUnit unit, string lines) =>
        DiagnosticCodes.PatchedSourceError.At(place,
        $"The patched source does not compile: the command for {unit.Object} failed. Its last lines were:\n{lines}");

    internal static Diagnostic PatchedWarning(SourcePlace? place, string where, string text) => DiagnosticCodes.CompilerWarning.At(place,
        $"{where}: {text}");

    internal static Diagnostic NotConfigured(SourcePlace? place, string path, string directive, int line, int units) =>
        DiagnosticCodes.ChangeNotConfigured.At(
            place,
            $"This change of {path} is in code that the kernel is not configured for: "
            + (units == 1
                ? "the object that is made from the file does not have"
                : $"none of the {units} objects that are made from the file has")
            + $" what stands under \"{directive}\" (line {line}). The livepatch does not have it either.");
}
