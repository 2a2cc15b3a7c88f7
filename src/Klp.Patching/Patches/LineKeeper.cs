using System.Globalization;

namespace Klp.Patching.Patches;

/// <summary>
/// Gives the lines that a patch leaves alone the numbers again that they have in the original, by <c>#line</c> directives (ISO C,
/// 6.10.4) where one may stand: between lines, outside of comments, continued lines and the arguments of a macro.
/// </summary>
internal sealed class LineKeeper(IReadOnlyList<SourceLine> lines)
{
    private readonly List<string> text = [];
    private readonly Dictionary<int, int> patchedByReported = [];
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
            number++;
            if (!line.IsAdded && (number != line.OriginalLine || isUncertain) && scanner.IsSafe)
            {
                text.Add(string.Create(CultureInfo.InvariantCulture, $"#line {line.OriginalLine}\n"));
                number = line.OriginalLine;
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
}
