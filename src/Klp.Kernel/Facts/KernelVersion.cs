using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Kernel.Facts;

/// <summary>A kernel's version, as its release string begins: <c>7.2.11</c>, or 6.1.0 for <c>6.1.0-18-amd64</c>.</summary>
/// <param name="Major">VERSION of the kernel's Makefile.</param>
/// <param name="Minor">PATCHLEVEL of the kernel's Makefile.</param>
/// <param name="Patch">SUBLEVEL of the kernel's Makefile; 0 where the release string has none.</param>
public readonly partial record struct KernelVersion(int Major, int Minor, int Patch = 0) : IComparable<KernelVersion>
{
    /// <summary>Reads the version at the start of a release string.</summary>
    /// <param name="release">A string such as the contents of include/config/kernel.release.</param>
    /// <param name="version">The version.</param>
    /// <returns>False when the string does not start with a version.</returns>
    public static bool TryParse(string release, out KernelVersion version)
    {
        Match match = ReleasePattern().Match(release);
        version = match.Success
            ? new KernelVersion(Number(match.Groups[1]), Number(match.Groups[2]), match.Groups[3].Success ? Number(match.Groups[3]) : 0)
            : default;
        return match.Success;
    }

    /// <inheritdoc/>
    public int CompareTo(KernelVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>True when <paramref name="left"/> is older.</summary>
    public static bool operator <(KernelVersion left, KernelVersion right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    public static bool operator >(KernelVersion left, KernelVersion right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is older or equal.</summary>
    public static bool operator <=(KernelVersion left, KernelVersion right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is newer or equal.</summary>
    public static bool operator >=(KernelVersion left, KernelVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The version as people write it: <c>5.8</c>, or <c>5.8.1</c> with a patch level.</summary>
    public override string ToString() => Patch == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}")
        : string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,5}))?")]
    private static partial Regex ReleasePattern();
}
