using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Boot.Testing;

/// <summary>
/// Reads what a program prints as TAP (testanything.org, versions 12 to 14, and the kernel's own form of it,
/// Documentation/dev-tools/ktap.rst). Nested tests count with the line that sums them up.
/// </summary>
internal sealed partial class TapOutput
{
    private readonly List<TapResult> results = [];
    private int? planned;
    private string? bailOut;

    private TapOutput()
    {
    }

    /// <summary>The tests, in the order given.</summary>
    public IReadOnlyList<TapResult> Results => results;

    /// <summary>What is wrong with the output as a whole; null for nothing.</summary>
    public string? Problem =>
        bailOut is not null ? $"It gave up: {bailOut}"
        : planned is { } count && count != results.Count ? $"It planned {count} tests and reported {results.Count}."
        : null;

    /// <summary>Reads an output.</summary>
    /// <returns>
    /// Null when the output is not TAP: it has neither a plan nor a version, which a program that merely prints "ok" lacks.
    /// </returns>
    public static TapOutput? Read(string text)
    {
        TapOutput tap = new();
        bool isTap = false;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (Version().IsMatch(line))
                isTap = true;
            else if (Plan().Match(line) is { Success: true } plan
                && int.TryParse(plan.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                (isTap, tap.planned) = (true, count);
            }
            else if (BailOut().Match(line) is { Success: true } bail)
                (isTap, tap.bailOut) = (true, bail.Groups[1].Value.Trim());
            else if (Test().Match(line) is { Success: true } test)
                tap.Add(test);
            else if (line.StartsWith('#'))
                tap.AddDiagnostic(line.TrimStart('#', ' '));
        }

        return isTap ? tap : null;
    }

    private void Add(Match test)
    {
        int number = int.TryParse(test.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int given)
            ? given
            : results.Count + 1;
        string directive = test.Groups["directive"].Value;
        CaseOutcome outcome = directive.Length > 0 ? CaseOutcome.Skipped
            : test.Groups["not"].Success ? CaseOutcome.Failed
            : CaseOutcome.Passed;
        results.Add(new TapResult(number, test.Groups["name"].Value.Trim(), outcome, directive.Trim()));
    }

    private void AddDiagnostic(string text)
    {
        if (results is [.., { Outcome: CaseOutcome.Failed } last])
            results[^1] = last with { Message = last.Message.Length == 0 ? text : $"{last.Message}\n{text}" };
    }

    [GeneratedRegex(@"^K?TAP version \d+$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^1\.\.(\d+)\b")]
    private static partial Regex Plan();

    [GeneratedRegex(@"^Bail out!(.*)$")]
    private static partial Regex BailOut();

    [GeneratedRegex(@"^(?<not>not )?ok\b(?: (?<number>\d+))?(?:\s+-)?(?<name>.*?)(?:#\s*(?<directive>(?:SKIP|TODO|skip|todo|XFAIL).*))?$")]
    private static partial Regex Test();
}
