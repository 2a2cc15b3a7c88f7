using System.Text.RegularExpressions;

namespace Klp.Patching.Patches;

/// <summary>A line of C source, and which alternative of <c>#if</c> it is in.</summary>
/// <param name="Branch">The innermost; null for none. A directive that begins or ends one is in the one around it.</param>
/// <param name="Before">The one that the place before the line is in.</param>
/// <param name="Directive">What stands behind the <c>#</c> of a directive; null for what is none.</param>
/// <param name="Code">What it has beside blanks and comments.</param>
internal sealed partial record ScannedLine(ScannedBranch? Branch, ScannedBranch? Before, string? Directive, string Code)
{
    private const string Of = " of ";

    /// <summary>True for <c>#if</c>, <c>#else</c>, <c>#endif</c> and their kin.</summary>
    internal bool IsConditional => Directive is not null && Conditional().IsMatch(Directive);

    /// <summary>True for what the compiler reads where the alternative is compiled.</summary>
    internal bool IsCode => Code.Length > 0 && !IsConditional;

    /// <summary>Reads a file.</summary>
    /// <param name="lines">Its lines.</param>
    internal static ScannedLine[] Read(IReadOnlyList<string> lines)
    {
        SourceScanner scanner = new();
        Stack<ScannedBranch> branches = new();
        List<ScannedLine> read = [];
        ScannedBranch? begun = null, mayBeGuard = null;
        int groups = 0;
        bool isFirst = true;
        foreach ((int index, string line) in lines.Index())
        {
            // A condition may go on for several lines, and a comment behind it.
            if (begun is not null && !scanner.IsUnfinished)
            {
                begun.FirstLine = scanner.IsSafe ? index + 1 : 0;
                begun = null;
            }

            ScannedBranch? before = branches.TryPeek(out ScannedBranch? innermost) ? innermost : null;
            scanner.Scan(line);
            string? directive = scanner.Directive;
            bool hasToken = scanner.Code.Length > 0;
            if (hasToken && mayBeGuard is not null)
            {
                mayBeGuard.IsGuard = directive is not null && Guard().IsMatch(mayBeGuard.Directive + "\n" + directive);
                mayBeGuard = null;
            }

            if (directive is not null && Conditional().Match(directive) is { Success: true } conditional)
            {
                string kind = conditional.Value;
                string words = $"#{directive.Trim()}";
                ScannedBranch? last = kind.StartsWith("if", StringComparison.Ordinal) || branches.Count == 0 ? null : branches.Pop();
                read.Add(new ScannedLine(branches.TryPeek(out ScannedBranch? around) ? around : null, before, directive, scanner.Code));
                if (kind == "endif")
                    continue;
                begun = last is null
                    ? new ScannedBranch(words, index + 1, ++groups)
                    : new ScannedBranch($"{words}{Of}{FirstOf(last)}", index + 1, last.Group);
                branches.Push(begun);
                if (isFirst)
                    mayBeGuard = begun;
            }
            else
            {
                read.Add(new ScannedLine(before, before, directive, scanner.Code));
            }

            isFirst &= !hasToken;
        }

        return [.. read];
    }

    // "#else of #ifdef A" for what follows "#elif B of #ifdef A".
    private static string FirstOf(ScannedBranch branch)
    {
        int at = branch.Directive.LastIndexOf(Of + "#", StringComparison.Ordinal);
        return at < 0 ? branch.Directive : branch.Directive[(at + Of.Length)..];
    }

    [GeneratedRegex("^(?:if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)(?![A-Za-z0-9_])", RegexOptions.CultureInvariant)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"^#ifndef\s+(?<name>\w+).*\ndefine\s+\k<name>(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Guard();
}
