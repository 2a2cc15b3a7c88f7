using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace Klp.Kbuild.Toolchain;

/// <summary>
/// The environment variables that kbuild gets. To make every variable of the environment is one of its own: kbuild's makefiles
/// read hundreds that they do not set (<c>KCFLAGS</c>, <c>W</c>, <c>CONFIG_…</c> of what a kernel does not have), make others
/// (<c>MAKEFILES</c>), and so do the compiler (<c>CPATH</c>) and the shell (<c>ENV</c>). None of them is written in the project, so
/// none may change the module: only what is listed here gets through, and what the project names.
/// </summary>
public static class KbuildEnvironment
{
    private const string CcacheBase = "CCACHE_BASEDIR";
    private const string CcacheNoFolder = "CCACHE_NOHASHDIR";

    // Where programs are and how they are loaded, who the user is, where temporary files go, and how to reach other machines.
    // LD_LIBRARY_PATH is also in the list of Klp.Kernel.targets, as compilers can be in libraries.
    private static readonly HashSet<string> Passed = new(StringComparer.Ordinal)
    {
        "PATH", "LD_LIBRARY_PATH",
        "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "SSH_AUTH_SOCK", "KRB5CCNAME",
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    };

    // Of the programs that call compilers.
    private static readonly string[] PassedPrefixes = ["CCACHE_", "SCCACHE_", "DISTCC_", "ICECC_", "ICECREAM_"];

    /// <summary>What stands for the values of variables, of which one may be a secret: a line a name, with a hash of its value.</summary>
    /// <param name="names">Their names.</param>
    public static string State(IEnumerable<string> names) =>
        string.Join('\n', names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => $"{name}={HashOf(Environment.GetEnvironmentVariable(name))}"));

    private static string HashOf(string? value) =>
        value is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    /// <summary>The changes to the environment of this process that make it kbuild's.</summary>
    /// <param name="stageDirectory">The stage.</param>
    /// <param name="named">The names of the variables that the project lets through.</param>
    /// <returns>Variables to set, or to unset where the value is null.</returns>
    internal static Dictionary<string, string?> Changes(string stageDirectory, IEnumerable<string> named)
    {
        HashSet<string> passed = new(Passed.Concat(named), StringComparer.Ordinal);
        Dictionary<string, string?> changes = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => (string)variable.Key)
            .Where(
                name => !passed.Contains(name)
                    && !Array.Exists(PassedPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);

        // For whoever reads the messages. The kernel's makefile unsets LC_ALL.
        changes["LC_ALL"] = "C";
        changes["LANG"] = "C";
        // For ccache paths in the stage are relative to it, so that the stages of two checkouts are alike. Line information
        // does not name the stage, see KbuildMakefile.
        changes[CcacheBase] = Environment.GetEnvironmentVariable(CcacheBase) ?? stageDirectory;
        changes[CcacheNoFolder] = Environment.GetEnvironmentVariable(CcacheNoFolder) ?? "1";
        return changes;
    }
}
