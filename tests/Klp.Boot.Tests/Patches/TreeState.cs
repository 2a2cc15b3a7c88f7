using System.Security.Cryptography;
using System.Text;

namespace Klp.Boot.Tests.Patches;

/// <summary>What a kernel's build directory and source are, so that a write to either is seen.</summary>
internal static class TreeState
{
    /// <summary>
    /// A hash over the names, kinds, inodes, sizes, rights and times of all that is in the build directory and the source. The time
    /// of change (ctime) is among them, which no program can set: a file that was written has another one, whatever its contents.
    /// </summary>
    public static string Of(string buildDirectory)
    {
        string source = Path.Combine(buildDirectory, "source") + "/";
        string[] trees = Directory.Exists(source) ? [buildDirectory + "/", source] : [buildDirectory + "/"];
        string list = Tool.Run("find", [.. trees, "-printf", "%p %y %i %s %m %T@ %C@ %l\\n"]).Output;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', list.Split('\n').Order(StringComparer.Ordinal)))));
    }
}
