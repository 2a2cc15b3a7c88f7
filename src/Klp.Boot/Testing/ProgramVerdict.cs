using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Boot.Livepatch;
using Klp.Boot.Report;
using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Testing;

/// <summary>Judges the run of a test program.</summary>
internal static partial class ProgramVerdict
{
    /// <summary>Judges a run.</summary>
    /// <param name="program">The program.</param>
    /// <param name="run">Its run.</param>
    public static Verdict Of(BootProgram program, StepResult run)
    {
        string text = run.Text;
        TapOutput? tap = TapOutput.Read(text);
        Verdict verdict = Judge(program, run, tap);
        return verdict with
        {
            Output = text,
            Parts = tap?.Results ?? [],
            Place = verdict.Outcome == CaseOutcome.Failed ? FindPlace(program, text) : null,
        };
    }

    private static Verdict Judge(BootProgram program, StepResult run, TapOutput? tap)
    {
        if (run.ExitCode == BootProgram.SkipExitCode)
            return Verdict.Skip(
                LastLine(run.Text) is { Length: > 0 } line
                    ? line
                    : $"The program ended with exit code {BootProgram.SkipExitCode}, which says so.");

        List<string> problems = [];
        if (!run.Succeeded)
            problems.Add(StepMessages.Explain(run));
        foreach (TapResult part in tap?.Results.Where(part => part.Outcome == CaseOutcome.Failed) ?? [])
            problems.Add($"not ok {part.Number} - {part.Name}{(part.Message.Length > 0 ? $": {part.Message}" : "")}");
        if (tap?.Problem is { } problem)
            problems.Add(problem);
        if (problems.Count == 0)
            return Verdict.Pass;
        if (tap is null && LastLine(run.Text) is { Length: > 0 } last)
            problems.Add($"{Path.GetFileName(program.Source)} printed last: {last}");
        return Verdict.Fail(string.Join('\n', problems));
    }

    private static string LastLine(string text) => text.TrimEnd('\n').Split('\n')[^1].Trim();

    /// <summary>The first place in the output that is of the program's source or of a file beside it.</summary>
    private static SourcePlace? FindPlace(BootProgram program, string text)
    {
        foreach (Match match in FileAndLine().Matches(text))
        {
            string file = Path.Combine(Path.GetDirectoryName(program.Source)!, match.Groups["file"].Value);
            if (Path.GetFileName(file) == Path.GetFileName(program.Source))
                file = program.Source;
            if (File.Exists(file)
                && int.TryParse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int line))
            {
                return new SourcePlace(file, line);
            }
        }

        return null;
    }

    [GeneratedRegex(@"(?<file>[^\s:""'(]+\.(?:c|h|sh)):\s?(?:line )?(?<line>\d{1,7})\b")]
    private static partial Regex FileAndLine();
}
