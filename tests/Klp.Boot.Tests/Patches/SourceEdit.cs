namespace Klp.Boot.Tests.Patches;

/// <summary>A change of a file of the kernel's source.</summary>
/// <param name="Path">The file, relative to the source's root.</param>
/// <param name="Old">What is replaced: its first place, or the first after <paramref name="After"/>.</param>
/// <param name="New">By what.</param>
/// <param name="After">The text, the head of a function mostly, behind which the place is looked for; empty for the whole file.</param>
internal sealed record SourceEdit(string Path, string Old, string New, string After = "")
{
    /// <summary>Adds lines before one.</summary>
    public static SourceEdit Before(string path, string line, string lines, string after = "") => new(path, line, lines + line, after);

    /// <summary>Adds lines after one.</summary>
    public static SourceEdit Behind(string path, string line, string lines, string after = "") => new(path, line, line + lines, after);

    /// <summary>Applies it to the file's text.</summary>
    public string Apply(string source)
    {
        int from = source.IndexOf(After, StringComparison.Ordinal);
        int at = from < 0 ? -1 : source.IndexOf(Old, from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{Path} of this kernel does not have, after '{After}': {Old}");
        return source[..at] + New + source[(at + Old.Length)..];
    }
}
