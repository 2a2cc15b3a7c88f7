using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Patching.Patches;

/// <summary>
/// Gives the lines that a patch leaves alone the numbers again that they have in the original, by <c>#line</c> directives (ISO C,
/// 6.10.4) where one may stand: between lines, outside of comments, continued lines and the arguments of a macro.
/// </summary>
internal sealed partial class LineKeeper(IReadOnlyList<SourceLine> lines, IReadOnlyList<string> original)
{
    private readonly List<string> text = [];
    private readonly Dictionary<int, int> patchedByReported = [];

    // What the compiler takes for the numbers of the original's lines: a generated file has directives of its own.
    private readonly int[] originalNumbers = Numbers(original);
    private readonly char[] followingTokens = FollowingTokens(lines);
    private readonly SourceScanner scanner = new();

    // A directive in a group that the preprocessor skips has no effect behind it.
    private int nestingOfDirective;
    private bool isUncertain;

    internal KeptLines Keep()
    {
        int number = 0;
        for (int index = 0; index < lines.Count; index++)
        {
            SourceLine line = lines[index];
            number = index == 0 ? 1 : After(lines[index - 1].Text, number);
            int wanted = line.IsAdded ? number : originalNumbers[line.OriginalLine - 1];

            // The name of a macro may stand before its parentheses.
            if (!line.IsAdded && (number != wanted || isUncertain) && scanner.IsSafe && followingTokens[index] != '(')
            {
                text.Add(string.Create(CultureInfo.InvariantCulture, $"#line {wanted}\n"));
                number = wanted;
                nestingOfDirective = scanner.Nesting;
                isUncertain = false;
            }

            text.Add(line.Text);
            if (line.IsAdded)
                patchedByReported[number] = index + 1;
            else
                patchedByReported.TryAdd(number, index + 1);
            if (scanner.Scan(line.Text) && nestingOfDirective > 0)
                isUncertain = true;
        }

        return new KeptLines(text, patchedByReported);
    }

    // The first character of a line, or of the next that has one.
    private static char[] FollowingTokens(IReadOnlyList<SourceLine> lines)
    {
        SourceScanner scanner = new();
        char[] tokens = new char[lines.Count];
        for (int index = 0; index < lines.Count; index++)
        {
            scanner.Scan(lines[index].Text);
            tokens[index] = scanner.FirstToken;
        }

        for (int index = lines.Count - 2; index >= 0; index--)
            tokens[index] = tokens[index] == '\0' ? tokens[index + 1] : tokens[index];
        return tokens;
    }

    private static int[] Numbers(IReadOnlyList<string> original)
    {
        int[] numbers = new int[original.Count];
        for (int index = 0; index < original.Count; index++)
            numbers[index] = index == 0 ? 1 : After(original[index - 1], numbers[index - 1]);
        return numbers;
    }

    private static int After(string line, int number) =>
        line.Contains('#', StringComparison.Ordinal) && Directive().Match(line) is { Success: true } match
        && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int own)
            ? own
            : number + 1;

    [GeneratedRegex(@"^\s*#\s*(line\s+)?(?<number>[0-9]+)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Directive();
}
