using System.Text.RegularExpressions;
using Klp.Kernel.Facts;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Looks in the kernel's makefiles for the option that would build a source. A makefile can say so in a hundred ways; the usual
/// ones are read (Documentation/kbuild/makefiles.rst, "The kbuild files"), for a message.
/// </summary>
/// <param name="Makefile">The makefile, relative to the source's root.</param>
/// <param name="Option">The option, without CONFIG_; null where the makefile names none that is not set.</param>
internal sealed partial record MakefileOption(string Makefile, string? Option)
{
    private const int MaxDepth = 8;

    /// <summary>Finds the option that is not set.</summary>
    /// <param name="root">The source's root.</param>
    /// <param name="path">The source, relative to it.</param>
    /// <param name="config">The kernel's configuration.</param>
    /// <returns>What was found; null where no makefile names an object for it.</returns>
    internal static MakefileOption? Find(string root, string path, KernelConfig config)
    {
        if (Path.GetExtension(path) is not (".c" or ".S"))
            return null;
        MakefileOption? found = null;
        string goal = Path.GetFileNameWithoutExtension(path) + ".o";
        // The file's own folder, then its place in the makefiles of the folders above.
        for (string folder = Path.GetDirectoryName(path)!; ; folder = Path.GetDirectoryName(folder)!)
        {
            if (ReadMakefile(root, folder) is { } makefile
                && OptionFor(Lists(makefile.Text), goal, config, MaxDepth) is { IsNamed: true } answer)
            {
                found ??= new MakefileOption(makefile.Name, null);
                if (answer.Option is not null)
                    return new MakefileOption(makefile.Name, answer.Option);
            }

            if (folder.Length == 0)
                return found;
            goal = Path.GetFileName(folder) + "/";
        }
    }

    // Kbuild goes before Makefile where a folder has both.
    private static (string Name, string Text)? ReadMakefile(string root, string folder)
    {
        string name = Path.Combine(folder, "Kbuild");
        if (!File.Exists(Path.Combine(root, name)))
            name = Path.Combine(folder, "Makefile");
        string path = Path.Combine(root, name);
        return File.Exists(path) ? (name, File.ReadAllText(path)) : null;
    }

    // obj-$(CONFIG_X) += a.o b/ ; a-$(CONFIG_Y) += c.o ; a-y, a-objs
    private static List<(string Target, string Option, string[] Members)> Lists(string text) =>
    [
        .. ListLine().Matches(text.Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => (
            match.Groups["target"].Value,
            match.Groups["option"].Value,
            match.Groups["members"].Value.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
    ];

    private static (bool IsNamed, string? Option) OptionFor(
        List<(string Target, string Option, string[] Members)> lists, string goal, KernelConfig config, int depth)
    {
        bool isNamed = false;
        foreach ((string target, string option, string[] members) in lists.Where(list => list.Members.Contains(goal)))
        {
            isNamed = true;
            if (option.Length > 0 && config.Value(option) is null)
                return (true, option);
            // A part of an object that has an option of its own.
            if (target is not ("obj" or "lib") && depth > 0 && OptionFor(lists, target + ".o", config, depth - 1).Option is { } above)
                return (true, above);
        }

        return (isNamed, null);
    }

    [GeneratedRegex(
        @"^[ \t]*(?<target>[\w-]+?)-(?:\$\(CONFIG_(?<option>\w+)\)|y|m|objs)[ \t]*[:+]?=(?<members>.*)$", RegexOptions.Multiline)]
    private static partial Regex ListLine();
}
