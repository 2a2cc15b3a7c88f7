using System.Text.RegularExpressions;

namespace Klp.Kbuild.Runs;

/// <summary>Reads the <c>.name.o.cmd</c> that kbuild leaves beside an object: the command that made it, and what fixdep found it was made from.</summary>
internal static partial class CommandFile
{
    /// <summary>The command that made an object; null when there is none.</summary>
    /// <param name="objectPath">The object.</param>
    internal static SavedCommand? Command(string objectPath)
    {
        // savedcmd_c/x.o := gcc -DNAME='"x"' … ; cmd_… before 6.2. make's own characters are written $(pound) and $$.
        return Lines(objectPath)
            .Select(line => SavedCommandLine().Match(line))
            .Where(match => match.Success)
            .Select(match => new SavedCommand(
                match.Groups["object"].Value,
                match.Groups["command"].Value.Replace("$(pound)", "#", StringComparison.Ordinal).Replace("$$", "$", StringComparison.Ordinal)))
            .FirstOrDefault();
    }

    /// <summary>The dependencies as the compiler names them; none when there is no such file.</summary>
    /// <param name="objectPath">The object.</param>
    internal static IEnumerable<string> Dependencies(string objectPath)
    {
        // deps_x.o := \
        //   /usr/src/linux/include/linux/kconfig.h \
        //     $(wildcard include/config/CPU_BIG_ENDIAN) \
        return Lines(objectPath)
            .SkipWhile(line => !line.StartsWith("deps_", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith(' '))
            .Select(line => line.TrimEnd('\\').Trim())
            .Where(dependency => dependency.Length > 0 && !dependency.StartsWith("$(", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Lines(string objectPath)
    {
        string path = Path.Combine(Path.GetDirectoryName(objectPath)!, $".{Path.GetFileName(objectPath)}.cmd");
        return File.Exists(path) ? File.ReadLines(path) : [];
    }

    [GeneratedRegex(@"^(?:saved)?cmd_(?<object>\S+) :=\s+(?<command>.*)$")]
    private static partial Regex SavedCommandLine();
}
