using System.Globalization;

namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// What the kernel's sscanf (lib/vsprintf.c) makes of the names of livepatch symbols and sections with the formats of
/// kernel/livepatch/core.c.
/// </summary>
internal static class KernelScanf
{
    private const int ObjectWidth = 55;

    /// <summary><c>.klp.sym.%55[^.].%511[^,],%lu</c>, or null where it does not give three values.</summary>
    internal static (string ObjectName, string Name, ulong Position)? Symbol(string text, int nameWidth)
    {
        if (!Literal(ref text, ".klp.sym.") || Set(ref text, '.', ObjectWidth) is not { } objectName || !Literal(ref text, "."))
            return null;
        if (Set(ref text, ',', nameWidth) is not { } name || !Literal(ref text, ",") || Number(text) is not { } position)
            return null;
        return (objectName, name, position);
    }

    /// <summary><c>.klp.rela.%55[^.]</c>, or null.</summary>
    internal static string? RelocationSection(string text) => Literal(ref text, ".klp.rela.") ? Set(ref text, '.', ObjectWidth) : null;

    private static bool Literal(ref string text, string literal)
    {
        if (!text.StartsWith(literal, StringComparison.Ordinal))
            return false;
        text = text[literal.Length..];
        return true;
    }

    // %<width>[^<stop>]: at least one character.
    private static string? Set(ref string text, char stop, int width)
    {
        int length = text.IndexOf(stop, StringComparison.Ordinal);
        length = Math.Min(length < 0 ? text.Length : length, width);
        if (length == 0)
            return null;
        string value = text[..length];
        text = text[length..];
        return value;
    }

    // %lu: white space is skipped, a sign is not accepted, what follows the digits does not matter.
    private static ulong? Number(string text)
    {
        string digits = string.Concat(text.TrimStart().TakeWhile(char.IsAsciiDigit));
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }
}
