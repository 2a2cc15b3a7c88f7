namespace Klp.Patching.Patches;

/// <summary>A hunk: lines that follow each other in a file, and what becomes of them.</summary>
/// <param name="Number">Its number among the file's hunks, from 1 on.</param>
/// <param name="Header">Its header, whose numbers are not trusted beyond where they say that the hunk is.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record PatchHunk(int Number, HunkHeader Header, IReadOnlyList<HunkLine> Lines)
{
    /// <summary>What the file has before.</summary>
    internal IReadOnlyList<HunkLine> Old { get; } = [.. Lines.Where(line => line.IsOld)];

    /// <summary>What the file has afterwards.</summary>
    internal IReadOnlyList<HunkLine> New { get; } = [.. Lines.Where(line => line.IsNew)];

    /// <summary>How many lines of context it begins with.</summary>
    internal int Leading { get; } = Lines.TakeWhile(line => line.Kind == ' ').Count();

    /// <summary>How many lines of context it ends with.</summary>
    internal int Trailing { get; } = Lines.Reverse().TakeWhile(line => line.Kind == ' ').Count();

    /// <summary>Whether it can only be at the beginning of a file: it has less context before the change than after it.</summary>
    internal bool IsAtStart => Header.OldStart <= 1 && Leading < Trailing;

    /// <summary>Whether it can only be at the end of a file: context follows no change, or the file ends without a line feed.</summary>
    internal bool IsAtEnd => (Trailing == 0 && Leading > 0) || (Lines.Count > 0 && Lines.Any(line => !line.Text.EndsWith('\n')));

    /// <summary>Where it says that it is, as lines before it in the file as it was before the patch.</summary>
    internal int OldIndex => Header.OldCount == 0 ? Header.OldStart : Header.OldStart - 1;

    /// <summary>The hunk with the carriage returns taken off the ends of its lines.</summary>
    internal PatchHunk WithoutCarriageReturns() => new(
        Number,
        Header,
        [.. Lines.Select(line => PatchText.IsCrlf(line.Text) ? line with { Text = line.Text[..^2] + "\n" }
            : line.Text.EndsWith('\r') ? line with { Text = line.Text[..^1] } : line)]);
}
