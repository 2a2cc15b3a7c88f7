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
            Wait(DiagnosticCodes.HostProgramUnusable, ProgramMessages.LibraryMissing(
                Program(library), library.Groups["library"].Value, library.Groups["text"].Value));
        else if (ProgramPatterns.LibraryTooOld().Match(line) is { Success: true } old)
            Wait(DiagnosticCodes.HostProgramUnusable, ProgramMessages.LibraryTooOld(
                Program(old), Path.GetFileName(old.Groups["library"].Value), old.Groups["version"].Value));
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

    private static Match? Missing(string line) =>
        new[]
        {
            ProgramPatterns.NotFound(),
            ProgramPatterns.NotFoundFirst(),
            ProgramPatterns.NoSuchFile(),
            ProgramPatterns.BadInterpreter(),
        }
            .Select(pattern => pattern.Match(line))
            .FirstOrDefault(match => match.Success);

    private void WaitForMissing(string program)
    {
        if (!program.Contains('/', StringComparison.Ordinal))
            Wait(DiagnosticCodes.HostProgramMissing, ProgramMessages.NotFound(program));
        else if (files.Exists(program))
            Wait(DiagnosticCodes.HostProgramUnusable, ProgramMessages.NoInterpreter(program));
        else if (HostPrograms.PackageOf(Path.GetFileName(program)) is not null)
            Wait(DiagnosticCodes.HostProgramMissing, ProgramMessages.OfPackageMissing(program));
        else
            Wait(DiagnosticCodes.HostProgramMissing, ProgramMessages.OfTreeMissing(program));
    }

    private void WaitForUnusable(string program, string text) => Wait(DiagnosticCodes.HostProgramUnusable, text switch
    {
        "Permission denied" => ProgramMessages.NotExecutable(program),
        "Exec format error" => ProgramMessages.OfOtherArchitecture(program),
        _ => ProgramMessages.NoInterpreter(program),
    });

    private void Wait(string code, string text) => waiting.Add(new ParsedMessage(code, DiagnosticSeverity.Error, text) { IsClosed = true });

    private static string Program(Match match) => match.Groups["program"].Value;
}
