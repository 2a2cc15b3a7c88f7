using System.Text.RegularExpressions;

namespace Klp.Kbuild.Ide;

/// <summary>An option of a compiler that names a folder of headers, or a header.</summary>
/// <param name="Name">The option without its path, such as <c>-isystem</c>.</param>
/// <param name="Path">The path, as the command has it.</param>
internal sealed partial record PathOption(string Name, string Path)
{
    /// <summary>True where it names a folder in which headers are looked for.</summary>
    internal bool IsFolder => Name is not ("-include" or "-imacros");

    /// <summary>Reads the option at a place of a command.</summary>
    /// <param name="words">The words of the command.</param>
    /// <param name="at">The place; with a path that is a word of its own it becomes that one's.</param>
    /// <returns>Null where another word stands there.</returns>
    internal static PathOption? Read(IReadOnlyList<string> words, ref int at)
    {
        if (Pattern().Match(words[at]) is not { Success: true } option)
            return null;
        string path = option.Groups["path"].Value;
        if (path.Length == 0 && at + 1 < words.Count)
            path = words[++at];
        return new PathOption(option.Groups["name"].Value, path);
    }

    [GeneratedRegex("^(?<name>-I|-isystem|-iquote|-idirafter|-include|-imacros)(?<path>.*)$")]
    private static partial Regex Pattern();
}
