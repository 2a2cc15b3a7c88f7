using System.Text.RegularExpressions;

namespace Klp.Kbuild.Patching;

/// <summary>
/// The command that kbuild recorded for an object, made to read another source and to write nothing but one object and its
/// list of dependencies.
/// </summary>
internal sealed partial class UnitCommand
{
    // -fno-section-anchors: gcc for arm64 reaches several variables by one anchor. clang knows neither the option nor anchors.
    private static readonly string[] SectionOptions = ["-ffunction-sections", "-fdata-sections"];
    private const string NoAnchors = "-fno-section-anchors";

    // Debug information of all types, also of those that only sizeof is applied to: it does not change code, and says which layouts
    // the patch changes. What a configuration without it, or with less, has in the command comes before and does not count.
    private static readonly string[] TypeOptions = ["-g", "-fno-eliminate-unused-debug-types", "-gz=none"];
    private const string NoVariableTracking = "-fno-var-tracking";

    // CONFIG_DEBUG_INFO_REDUCED: types of the source itself only.
    private const string ReducedTypes = "-femit-struct-debug-";
    private const string StandaloneDebug = "-fstandalone-debug";

    // cmd_gensymtypes_c of scripts/Makefile.build.
    private const string OnlyPreprocess = "-E";
    private static readonly string[] ForGenksyms = [OnlyPreprocess, "-D__GENKSYMS__"];

    private readonly KernelUnit unit;
    private readonly KernelSource source;

    internal UnitCommand(KernelUnit unit, KernelSource source)
    {
        this.unit = unit;
        this.source = source;
    }

    /// <summary>The words of the command.</summary>
    /// <param name="root">The source to read: the kernel's own, or an overlay.</param>
    /// <param name="output">The object to write.</param>
    /// <param name="dependencies">The list to write.</param>
    /// <param name="kind">What it is to write.</param>
    /// <param name="header">A header that is read before the source; null without one.</param>
    internal IReadOnlyList<string> Words(string root, string output, string dependencies, UnitOutput kind, string? header = null)
    {
        bool withSections = kind == UnitOutput.Sections;
        List<string> words = [unit.Command[0]];
        bool hasList = false;
        for (int at = 1; at < unit.Command.Count; at++)
        {
            string word = unit.Command[at];
            if (word == "-o")
            {
                words.AddRange(["-o", output]);
                at++;
            }
            else if (word == "-c" && kind == UnitOutput.Preprocessed)
            {
                words.AddRange(ForGenksyms);
            }
            else if (word is "-c" or "-S" && kind == UnitOutput.Expanded)
            {
                // It comes at the end, as some commands have neither.
            }
            else if (word is "-MF" or "-MT" or "-MQ")
            {
                at++;
            }
            else if (ListOption().IsMatch(word))
            {
                hasList = true;
                words.Add($"-Wp,-MMD,{dependencies}");
            }
            else if (!FileOption().IsMatch(word) && !(withSections && word.StartsWith(ReducedTypes, StringComparison.Ordinal)))
            {
                words.Add(InRoot(word, root));
            }
        }

        if (!hasList)
            words.Add($"-Wp,-MMD,{dependencies}");
        if (kind == UnitOutput.Expanded)
            words.Add(OnlyPreprocess);
        if (withSections)
            words.AddRange(
                IsClang
                    ? [.. SectionOptions, .. TypeOptions, StandaloneDebug]
                    : [.. SectionOptions, NoAnchors, .. TypeOptions, NoVariableTracking]);
        if (header is not null)
            words.AddRange(["-include", header]);
        words.AddRange(PrefixMaps(root));
        return words;
    }

    /// <summary>What there is in the command that does not depend on where files are, for a cache.</summary>
    internal IEnumerable<string> Key => unit.Command;

    /// <summary>True where clang compiles, which has no section anchors, and takes no variable for static and global.</summary>
    internal bool IsClang => Path.GetFileName(unit.Command.FirstOrDefault(word => !word.StartsWith('-') && !IsLauncher(word)) ?? "")
        .StartsWith("clang", StringComparison.Ordinal);

    private static bool IsLauncher(string word) => Path.GetFileName(word) is "ccache" or "sccache" or "distcc" or "icecc";

    // -I/usr/src/linux/include, -fmacro-prefix-map=/usr/src/linux/=, /usr/src/linux/x.c; but not /usr/src/linux-build. What a
    // macro says stays: it may be in the object.
    private string InRoot(string word, string root)
    {
        string recorded = source.RecordedRoot;
        if (source.IsRelative || word.StartsWith("-D", StringComparison.Ordinal) || recorded == root)
            return word;
        for (int at = word.IndexOf(recorded, StringComparison.Ordinal); at >= 0;)
        {
            int end = at + recorded.Length;
            bool isPath = (end == word.Length || word[end] is '/' or '=' or ',' or ':') && (at == 0 || OptionBefore().IsMatch(word[..at]));
            if (isPath)
                word = $"{word[..at]}{root}{word[end..]}";
            at = word.IndexOf(recorded, at + (isPath ? root.Length : recorded.Length), StringComparison.Ordinal);
        }

        return word;
    }

    // __FILE__ and the names in debug information stay those of the recorded command.
    private IEnumerable<string> PrefixMaps(string root)
    {
        if (root == source.RecordedRoot)
            yield break;
        string original = source.IsRelative ? source.Root : source.RecordedRoot;
        bool mapsMacros = unit.Command.Any(word => MacroMap().IsMatch(word));
        bool mapsDebug = unit.Command.Any(word => DebugMap().IsMatch(word));
        if (!source.IsRelative && !mapsMacros)
            yield return $"-fmacro-prefix-map={root}/={original}/";
        if (!mapsDebug)
            yield return $"-fdebug-prefix-map={root}={original}";
    }

    // What writes the list of dependencies: kbuild's own form, and those of other makefiles.
    [GeneratedRegex(@"^(?:-Wp,-MM?D,.*|-MM?D)$")]
    private static partial Regex ListOption();

    // What would write files beside the object that a command is for, in the folder in which it runs.
    [GeneratedRegex("""
        ^(?:--?save-temps(?:=.*)?|-fstack-usage|-fcallgraph-info.*|-gsplit-dwarf|-ftime-trace.*|-fdump-.*|-Wa,-a.*|-MP|-MG)$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex FileOption();

    [GeneratedRegex(@"^(?:-[A-Za-z]|-[-\w,]*[=,])$")]
    private static partial Regex OptionBefore();

    [GeneratedRegex("^-f(?:macro|file)-prefix-map=")]
    private static partial Regex MacroMap();

    [GeneratedRegex("^-f(?:debug|file)-prefix-map=")]
    private static partial Regex DebugMap();
}
