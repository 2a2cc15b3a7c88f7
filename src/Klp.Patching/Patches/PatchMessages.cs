using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>What there is to say of patches and how they apply.</summary>
internal static class PatchMessages
{
    internal static Diagnostic Unreadable(SourcePlace? place, string path, string problem) => DiagnosticCodes.InputOutput.At(
        place, $"The patch {path} cannot be read: {problem}");

    internal static Diagnostic NoFile(SourcePlace? place, string path, string what) => DiagnosticCodes.InputOutput.At(
        place, $"The patch {path} cannot be read: it is {what}, where a file is needed.");

    internal static Diagnostic TooLarge(SourcePlace? place, string path, int mostBytes) => DiagnosticCodes.InputOutput.At(
        place,
        $"The patch {path} cannot be read: it has more than {mostBytes >> 20} MiB. Take the fix alone, without what else changed "
        + "between two versions.");

    internal static Diagnostic Malformed(SourcePlace place, string what, string expected) => DiagnosticCodes.PatchMalformed.At(
        place, $"The patch is malformed: {what}. Expected: {expected}.");

    internal static Diagnostic NotOfLines(SourcePlace place, string what, string name, string? from) => what switch
    {
        "link" => NotCarried(place, name, "a symbolic link or a submodule, which is no source"),
        "binary" => NotCarried(place, name, "in git's form for binary files, which no source has"),
        "copy" => NotCarried(place, name, $"a copy of {from ?? "another file"}, and no makefile of this kernel builds a new source"),
        _ => DiagnosticCodes.PatchFileUnsupported.At(
            place,
            $"A livepatch cannot carry the change of {name}: it is renamed{(from is null ? "" : $" from {from}")}, and the kernel "
            + "was built from the "
                + "file under its old name. Take the renaming out of the patch, and make the rest of it in the old file."),
    };

    internal static Diagnostic OnlyComments(SourcePlace place, string path) => DiagnosticCodes.PatchFilePassedOver.At(
        place, $"{path} is passed over: only comments, blank lines or help texts change.");

    internal static Diagnostic NameTooShort(SourcePlace place, string name, int strip) => DiagnosticCodes.PatchMalformed.At(
        place, $"The patch is malformed: the name {name} has not the {Folders(strip)} that are to be taken off. Expected: a name such as "
            + $"{string.Concat(Enumerable.Range(0, strip).Select(number => $"{(char)('a' + (number % 26))}/"))}fs/aio.c, or a "
            + $"{HostWord.Strip} that fits the patch.");

    internal static Diagnostic NameOutside(SourcePlace place, string name) => DiagnosticCodes.PatchMalformed.At(
        place,
        $"The patch is malformed: {name} is no path within the kernel's source. Expected: a path from its root, without . and .. in it.");

    internal static Diagnostic FileMissing(SourcePlace place, string path, int strip, int? fittingStrip) =>
        DiagnosticCodes.PatchNotApplying.At(
            place, $"The patch does not apply: the kernel's source has no file {path}. " + (fittingStrip is null
                ? "The patch is for another version of the kernel; take the fix from the stable branch of yours."
                : $"With a {HostWord.Strip} of {fittingStrip} instead of {strip} there is one."));

    internal static Diagnostic FileExists(SourcePlace place, string path, bool isSame) => DiagnosticCodes.PatchNotApplying.At(
        place, $"The patch does not apply: it creates {path}, which the kernel's source has already"
            + (isSame
                ? ", with the same contents: the patch is applied already. " + Applied
                : " with other contents. The patch is for another version of the kernel."));

    internal static Diagnostic AppliedAlready(SourcePlace place, string path) => DiagnosticCodes.PatchNotApplying.At(
        place,
        $"The patch does not apply to {path}: it is applied already, as each hunk's lines are there as they should become. {Applied}");

    internal static Diagnostic NotApplying(
        SourcePlace place, string path, int hunk, int line, string expected, string found, bool onlyBlanks) =>
        DiagnosticCodes.PatchNotApplying.At(
            place, $"The patch does not apply to {path}: line {line} is not what hunk {hunk} has. Expected {expected}, "
                + $"found {found}. {WhyNot(onlyBlanks)}");

    private static string WhyNot(bool onlyBlanks) => onlyBlanks
        ? "Only blanks differ: a mailer or an editor changed them. Take the patch from its source again."
        : "The patch is for another version of the kernel, for which the stable branch of yours has the fix; or other patches go before "
            + "it: they apply in the order in which they are named.";

    internal static Diagnostic Fuzzy(SourcePlace place, string path, int hunk, int line, string expected, string found) =>
        DiagnosticCodes.PatchUncertain.At(
            place,
            $"It is not certain where hunk {hunk} belongs in {path}: at line {line} it applies only if context is left out of "
            + $"account ({expected} "
                + $"is {found} there). Look whether the place is right, and make the patch anew for this kernel.");

    internal static Diagnostic SeveralPlaces(SourcePlace place, string path, int hunk, int stated, int first, int second) =>
        DiagnosticCodes.PatchUncertain.At(
            place,
            $"It is not certain where hunk {hunk} belongs in {path}: it does not fit at line {stated}, but both at line {first} "
            + "and at line "
                + $"{second}. Make the patch anew for this kernel, or with more context (git diff -U10).");

    internal static Diagnostic NoPlace(SourcePlace place, string path, int hunk, int offset) => DiagnosticCodes.PatchUncertain.At(
        place,
        $"It is not certain where hunk {hunk} belongs in {path}: the hunk before fits {Math.Abs(offset)} lines "
        + $"{(offset < 0 ? "above" : "below")} "
            + "where the patch says, and this one only adds lines, without context by which to find its place. Make the patch "
            + "anew with context (git diff -U3).");

    internal static Diagnostic NotCarried(SourcePlace place, string path, string reason) => DiagnosticCodes.PatchFileUnsupported.At(
        place,
        $"A livepatch cannot carry the change of {path}: it is {reason}. Take the file out of the patch, if the rest is of use "
        + "without it.");

    internal static Diagnostic Offset(SourcePlace place, string path, int hunk, int line, int offset) => DiagnosticCodes.PatchApplied.At(
        place,
        $"Hunk {hunk} of {path} fits at line {line}: {Math.Abs(offset)} lines {(offset < 0 ? "above" : "below")} where the patch "
        + "says. The lines that it shows are there once.");

    internal static Diagnostic NoContext(SourcePlace place, string path, int hunk, int line) => DiagnosticCodes.PatchApplied.At(
        place,
        $"Hunk {hunk} of {path} adds lines after line {line}, as it says, but has no context by which to prove that this is the place.");

    internal static Diagnostic CarriageReturns(SourcePlace place, string path) => DiagnosticCodes.PatchApplied.At(
        place, $"The patch of {path} has lines that end in CR LF, and the file has not: the carriage returns are taken off.");

    internal static Diagnostic PassedOver(SourcePlace place, string path) => DiagnosticCodes.PatchFilePassedOver.At(
        place, $"{path} is passed over: it is no part of the kernel's objects.");

    internal static Diagnostic OnlyMode(SourcePlace place, string path) => DiagnosticCodes.PatchFilePassedOver.At(
        place, $"{path} is passed over: only its mode changes.");

    private const string Applied = "The source is not what the kernel was built from, or the kernel has the fix.";

    private static string Folders(int count) => count == 1 ? "folder" : $"{count} folders";
}
