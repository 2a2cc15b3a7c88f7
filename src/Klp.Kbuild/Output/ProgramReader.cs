using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>
/// Reads that a program which kbuild calls is missing or cannot run. What such a line means shows only afterwards, in what
/// make says: makefiles also ask for programs that they do without, so the lines wait for a target that failed.
/// </summary>
internal sealed class ProgramReader(IKbuildFiles files)
{
    // What shells and env exit with: the program cannot be executed, or is not there.
    private const string CannotExecute = "126";
    private const string NotThere = "127";

    private readonly List<ParsedMessage> waiting = [];

    /// <summary>Reads a line.</summary>
    /// <returns>False when it is about something else.</returns>
    internal bool Read(string line)
    {
        if (ProgramPatterns.LibraryMissing().Match(line) is { Success: true } library)
            Wait(DiagnosticCodes.HostProgramUnusable, $"kbuild calls {Program(library)}, which cannot run: the library {library.Groups["library"].Value} is missing ({library.Groups["text"].Value}). {LibraryAdvice(library.Groups["library"].Value)}");
        else if (ProgramPatterns.LibraryTooOld().Match(line) is { Success: true } old)
            Wait(DiagnosticCodes.HostProgramUnusable, $"kbuild calls {Program(old)}, which cannot run: it was built for another machine, whose {Path.GetFileName(old.Groups["library"].Value)} has {old.Groups["version"].Value}. {RebuildAdvice}");
        else if (Missing(line) is { } missing)
            WaitForMissing(Program(missing));
        else if (ProgramPatterns.CannotExecute().Match(line) is { Success: true } unusable)
            WaitForUnusable(Program(unusable), unusable.Groups["text"].Value);
        else
            return false;
        return true;
    }

    /// <summary>The programs because of which a target failed. Later ones start anew.</summary>
    /// <param name="exitStatus">What make says that the target's command exited with.</param>
    /// <param name="isExplained">True when there is another error that explains it.</param>
    internal IReadOnlyList<ParsedMessage> Explain(string exitStatus, bool isExplained)
    {
        ParsedMessage[] reasons = !isExplained || exitStatus is CannotExecute or NotThere ? [.. waiting] : [];
        waiting.Clear();
        return reasons;
    }

    private static string RebuildAdvice =>
        "Build on a machine of the release that the kernel is for, or, in a tree of your own, build its programs anew with: make modules_prepare";

    private static Match? Missing(string line) =>
        new[] { ProgramPatterns.NotFound(), ProgramPatterns.NotFoundFirst(), ProgramPatterns.NoSuchFile(), ProgramPatterns.BadInterpreter() }
            .Select(pattern => pattern.Match(line))
            .FirstOrDefault(match => match.Success);

    private void WaitForMissing(string program)
    {
        if (!program.Contains('/', StringComparison.Ordinal))
            Wait(DiagnosticCodes.HostProgramMissing, $"kbuild calls {program}, which was not found. {ProgramAdvice(program)}");
        else if (files.Exists(program))
            Wait(DiagnosticCodes.HostProgramUnusable, $"kbuild calls {program}, which is there and cannot run: its interpreter, or the loader of the C library that it was built for, is not. {RebuildAdvice}");
        else if (HostPrograms.PackageOf(Path.GetFileName(program)) is not null)
            Wait(DiagnosticCodes.HostProgramMissing, $"kbuild calls {program}, which does not exist. {ProgramAdvice(Path.GetFileName(program))}");
        else
            Wait(DiagnosticCodes.HostProgramMissing, $"kbuild calls {program}, which does not exist. If it belongs to the kernel tree, the tree is not completely built: run make modules_prepare in it, or install the package of the distribution's kernel that has it, on Debian linux-kbuild-<version>.");
    }

    private void WaitForUnusable(string program, string text) => Wait(DiagnosticCodes.HostProgramUnusable, text switch
    {
        "Permission denied" => $"kbuild calls {program}, which may not be executed. Make it executable (chmod +x); and is the file system that it lies on mounted with noexec?",
        "Exec format error" => $"kbuild calls {program}, which was built for a machine of another architecture. {RebuildAdvice}",
        _ => $"kbuild calls {program}, which is there and cannot run: its interpreter, or the loader of the C library that it was built for, is not. {RebuildAdvice}",
    });

    private void Wait(string code, string text) => waiting.Add(new ParsedMessage(code, DiagnosticSeverity.Error, text) { IsClosed = true });

    private static string Program(Match match) => match.Groups["program"].Value;

    private static string ProgramAdvice(string program) => HostPrograms.PackageOf(program) is { } package
        ? $"Install it: {PackageAdvice.Command(package, "apt")}"
        : "Install the package that it is in, and see to it that PATH leads to it.";

    private static string LibraryAdvice(string library) => HostPrograms.PackageOfLibrary(library) is { } package
        ? $"Install it: {PackageAdvice.Command(package, "apt")}"
        : RebuildAdvice;
}
