using System.Globalization;
using System.Text;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Reads the names of an archive's members. Those of kbuild are thin: they hold paths, not contents, relative to the folder of
/// the archive (ar(5), and GNU binutils' documentation of <c>ar --thin</c>).
/// </summary>
internal static class ThinArchive
{
    private const int HeaderBytes = 60;
    private const int NameBytes = 16;
    private const int SizeOffset = 48;
    private const int SizeBytes = 10;

    private static ReadOnlySpan<byte> Thin => "!<thin>\n"u8;

    private static ReadOnlySpan<byte> Thick => "!<arch>\n"u8;

    /// <summary>The members of an archive; none where it is no archive, or damaged from there on.</summary>
    /// <param name="bytes">The whole file.</param>
    internal static IReadOnlyList<string> ReadMembers(ReadOnlySpan<byte> bytes)
    {
        bool isThin = bytes.StartsWith(Thin);
        List<string> members = [];
        if (!isThin && !bytes.StartsWith(Thick))
            return members;
        ReadOnlySpan<byte> names = [];
        long at = Thin.Length;
        while (at + HeaderBytes <= bytes.Length)
        {
            ReadOnlySpan<byte> header = bytes.Slice((int)at, HeaderBytes);
            at += HeaderBytes;
            string name = Encoding.Latin1.GetString(header[..NameBytes]).TrimEnd(' ');
            string sizeText = Encoding.Latin1.GetString(header.Slice(SizeOffset, SizeBytes)).Trim();
            if (!long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                break;
            // The index of symbols, and the table of the long names, which is there in full.
            bool isTable = name is "/" or "//" or "/SYM64/";
            if (name == "//")
                names = at + size <= bytes.Length ? bytes.Slice((int)at, (int)size) : [];
            else if (!isTable && Name(name, names) is { } member)
                members.Add(member);
            if (isTable || !isThin)
                at += size + (size & 1);
        }

        return members;
    }

    // "x.o/", or "/123" for the name at that offset in the table, where it ends with "/\n".
    private static string? Name(string name, ReadOnlySpan<byte> names)
    {
        if (!name.StartsWith('/'))
            return name.TrimEnd('/');
        // GNU ar leaves what was in the header's field before behind a number, or writes ":" and the place in a nested archive.
        int end = name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') is int digits and >= 0 ? digits + 1 : name.Length;
        if (!int.TryParse(name.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            || offset >= names.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = names[offset..];
        int length = rest.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(length < 0 ? rest : rest[..length]).TrimEnd('/');
    }
}
