using System.Text;
using System.Text.RegularExpressions;

namespace Klp.Patching.Patches;

/// <summary>The names of files as diff and git write them.</summary>
internal static partial class PatchName
{
    // PATH_MAX, each byte as an octal escape.
    private const int Longest = 4 * 4096;

    /// <summary>Reads the name of a line such as <c>--- a/fs/aio.c</c>, with or without a time behind it.</summary>
    /// <param name="text">What follows the dashes.</param>
    /// <returns>The name, decoded; null where it is malformed.</returns>
    internal static string? OfHeader(string text)
    {
        if (text.Length > Longest)
            return null;
        if (text.StartsWith('"'))
            return Quoted(text, out _);
        int end = text.IndexOf('\t', StringComparison.Ordinal);
        if (end < 0)
            end = Time().Match(text) is { Success: true } time ? time.Index : text.Length;
        return Decode(text[..end].TrimEnd(' '));
    }

    /// <summary>True where the time behind a name says that there is no such file: GNU diff writes the epoch.</summary>
    internal static bool IsEpoch(string text) => Epoch().IsMatch(text);

    /// <summary>Reads the two names of a line <c>diff --git a/fs/aio.c b/fs/aio.c</c>.</summary>
    /// <param name="text">What follows <c>diff --git </c>.</param>
    /// <returns>The names; null where it cannot be told where the first one ends.</returns>
    internal static (string Old, string New)? OfGit(string text)
    {
        if (text.Length > 2 * Longest)
            return null;
        if (text.StartsWith('"'))
        {
            string? first = Quoted(text, out int end);
            string? second = first is null || end + 1 >= text.Length || text[end] != ' ' ? null : OfHeader(text[(end + 1)..]);
            return second is null ? null : (first!, second);
        }

        if (text.EndsWith('"') && text.IndexOf(" \"", StringComparison.Ordinal) is >= 0 and int quote)
        {
            string? first = Decode(text[..quote]), second = Quoted(text[(quote + 1)..], out _);
            return first is null || second is null ? null : (first, second);
        }

        // Names may have spaces, but both are the same behind their first folder: else git writes "rename from".
        for (int space = text.IndexOf(' ', StringComparison.Ordinal); space >= 0; space = text.IndexOf(' ', space + 1))
        {
            string left = text[..space], right = text[(space + 1)..];
            if (AfterFirst(left) == AfterFirst(right) && Decode(left) is { } first && Decode(right) is { } second)
                return (first, second);
        }

        return null;
    }

    /// <summary>Takes folders off a name, as the option -p of patch(1) does.</summary>
    /// <param name="name">The name.</param>
    /// <param name="count">How many slashes, those that follow each other as one, are taken off with what is before them.</param>
    /// <returns>The rest; null where there are not as many.</returns>
    internal static string? Strip(string name, int count)
    {
        int index = 0;
        for (int stripped = 0; stripped < count; stripped++)
        {
            int slash = name.IndexOf('/', index);
            if (slash < 0)
                return null;
            index = slash;
            while (index < name.Length && name[index] == '/')
                index++;
        }

        // "./fs/aio.c" is what diff(1) of two folders writes.
        string rest = name[index..];
        return rest.Contains("./", StringComparison.Ordinal) ? string.Join('/', rest.Split('/').Where(part => part != ".")) : rest;
    }

    /// <summary>True for the path of a file within a folder.</summary>
    internal static bool IsInside(string path) => path.Length > 0 && !path.Any(char.IsControl)
        && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static string AfterFirst(string name) => Strip(name, 1) ?? name;

    private static string? Decode(string bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Quoted(string text, out int end)
    {
        StringBuilder name = new();
        for (end = 1; end < text.Length; end++)
        {
            char character = text[end];
            if (character == '"')
            {
                end++;
                return Decode(name.ToString());
            }

            if (character != '\\')
            {
                name.Append(character);
                continue;
            }

            if (++end >= text.Length || Escaped(text, ref end) is not { } escaped)
                return null;
            name.Append(escaped);
        }

        return null;
    }

    private static char? Escaped(string text, ref int index)
    {
        switch (text[index])
        {
            case 'a': return '\a';
            case 'b': return '\b';
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case '"' or '\\': return text[index];
            case >= '0' and <= '3' when index + 2 < text.Length
                && text[index + 1] is >= '0' and <= '7'
                && text[index + 2] is >= '0' and <= '7':
                int number = ((text[index] - '0') << 6) | ((text[index + 1] - '0') << 3) | (text[index + 2] - '0');
                index += 2;
                return (char)number;
            default: return null;
        }
    }

    [GeneratedRegex(@" +(\d{4}-\d\d-\d\d |(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(
        @"\t(1970-01-01 0|1969-12-31 [12]|Thu Jan +1 .*1970|Wed Dec 31 .*1969)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Epoch();
}
