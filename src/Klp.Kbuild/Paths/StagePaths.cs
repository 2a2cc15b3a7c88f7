using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Paths;

/// <summary>Which paths make, the shell and fixdep take as they are, and names to use instead of the others.</summary>
public static partial class StagePaths
{
    /// <summary>True when kbuild can work with a path or name as it is.</summary>
    public static bool IsPlain(string path) => PlainPattern().IsMatch(path);

    /// <summary>A path with everything that is not plain replaced; different paths may become equal.</summary>
    internal static string Plain(string path) => NotPlainPattern().Replace(path, "_");

    /// <summary>A short name for a path, the same on every machine.</summary>
    internal static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..8];

    [GeneratedRegex("^[A-Za-z0-9_./+-]+$")]
    private static partial Regex PlainPattern();

    [GeneratedRegex("[^A-Za-z0-9_./+-]")]
    private static partial Regex NotPlainPattern();
}
