using System.Globalization;
using System.Text;

namespace Klp.Boot.Report;

/// <summary>A line of the guest's report; guest/init.c describes the format.</summary>
/// <param name="Kind">What it reports: "begin", "out", …</param>
/// <param name="Step">The step it is about; -1 before the first.</param>
/// <param name="Payload">The rest, still escaped.</param>
internal sealed record Frame(string Kind, int Step, byte[] Payload)
{
    private const int ChecksumLength = 9;

    /// <summary>What every frame starts with.</summary>
    public static ReadOnlySpan<byte> Mark => "@klp "u8;

    /// <summary>What the last frame of a script that was carried out starts with.</summary>
    public static ReadOnlySpan<byte> DoneMark => "\n@klp done "u8;

    /// <summary>Reads a frame from its mark to its checksum.</summary>
    /// <returns>Null if it is not whole.</returns>
    public static Frame? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length < Mark.Length + ChecksumLength || !line.StartsWith(Mark) || line[^ChecksumLength] != '*' ||
            !uint.TryParse(line[^(ChecksumLength - 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint sum))
        {
            return null;
        }
        ReadOnlySpan<byte> body = line[..^ChecksumLength];
        if (Checksum(body) != sum)
            return null;

        ReadOnlySpan<byte> rest = body[Mark.Length..];
        int kindEnd = rest.IndexOf((byte)' ');
        if (kindEnd < 0)
            return null;
        string kind = Encoding.ASCII.GetString(rest[..kindEnd]);
        rest = rest[(kindEnd + 1)..];
        int stepEnd = rest.IndexOf((byte)' ');
        return stepEnd >= 0 && int.TryParse(rest[..stepEnd], CultureInfo.InvariantCulture, out int step)
            ? new Frame(kind, step, rest[(stepEnd + 1)..].ToArray())
            : null;
    }

    /// <summary>FNV-1a, 32 bit.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 2166136261;
        foreach (byte value in bytes)
            sum = (sum ^ value) * 16777619;
        return sum;
    }
}
