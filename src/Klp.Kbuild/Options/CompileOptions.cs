using System.Text.RegularExpressions;
using Klp.Kbuild.Paths;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Options;

/// <summary>
/// The user's options for the compiler. Where make runs is the kernel's business (in the kernel tree before 6.13, in the stage
/// since), so relative paths of the options that name headers are the project's; and kbuild takes no path with spaces. The stage
/// has a link to each folder that is so named.
/// </summary>
public sealed partial class CompileOptions
{
    private readonly ProjectPaths project;
    private readonly List<SourceFolder> folders = [];
    private readonly List<CompileOption> options = [];
    private readonly List<(HostWord Setting, string Problem)> problems = [];

    /// <summary>Reads options.</summary>
    /// <param name="projectDirectory">The project's folder, from which relative paths start.</param>
    /// <param name="includeDirectories">Folders of headers.</param>
    /// <param name="text">The options, as kbuild's ccflags-y takes them.</param>
    public CompileOptions(string projectDirectory, IEnumerable<string> includeDirectories, string text)
    {
        project = new ProjectPaths(projectDirectory);
        foreach (string directory in includeDirectories)
            AddPath("-I", HostWord.IncludeDirectories, directory);

        // Make would take a line's end for that of the options.
        IReadOnlyList<OptionWord> words = new OptionWords(text.ReplaceLineEndings(" "), projectDirectory).Split();
        for (int at = 0; at < words.Count; at++)
        {
            OptionWord word = words[at];
            bool isApart = Apart().IsMatch(word.Value) && at + 1 < words.Count;
            Match option = PathOption().Match(word.Value);
            OptionWord argument = isApart ? words[at + 1] : word with { Value = option.Groups["path"].Value };
            string name = option.Groups["name"].Value;
            bool isPath = option.Success && argument.Value.Length > 0 && !argument.HasReference;
            if (isPath && !IsOfOthers(argument.Value) && !IsOnIncludePath(name, argument.Value))
                AddPath(name, HostWord.CompilerFlags, argument.Value);
            else
                options.Add(new CompileOption(
                    isApart ? $"{word.Text} {argument.Text}" : word.Text, null, ForAssembler().IsMatch(word.Value)));
            if (isApart)
                at++;
        }

        HasSystemHeaders = words.Any(word => SystemOption().IsMatch(word.Value));
    }

    /// <summary>No options.</summary>
    internal static CompileOptions None { get; } = new("/", [], "");

    /// <summary>The folders that options name, and those of the files that they name.</summary>
    internal IReadOnlyList<SourceFolder> Folders => folders;

    /// <summary>The options in their order.</summary>
    internal IReadOnlyList<CompileOption> Options => options;

    /// <summary>True when an option makes headers the system's, of which compilers do not say that a source depends on them.</summary>
    internal bool HasSystemHeaders { get; }

    /// <summary>What is wrong with the paths, in sentences, each with the setting that names the path.</summary>
    public IReadOnlyList<(HostWord Setting, string Problem)> Problems => problems;

    private void AddPath(string option, HostWord setting, string path)
    {
        string full = Path.GetFullPath(path, project.Directory);
        bool isFile = IsFileOption(option);
        if (isFile ? !File.Exists(full) : !Directory.Exists(full))
        {
            string name = path == full ? "" : $" as \"{path}\"";
            problems.Add((setting, $"The {(isFile ? "file" : "directory")} {full}, which {setting} names{name}, does not exist. "
                + $"{HostWord.PathsInOptions}."));
            return;
        }

        string folder = isFile ? Path.GetDirectoryName(full)! : full.TrimEnd('/');
        string file = isFile ? "/" + Path.GetFileName(full) : "";
        if (file.Length > 0 && !StagePaths.IsPlain(file))
        {
            problems.Add((setting, $"kbuild cannot take {full}, which {setting} names: it takes letters, digits and \"_./+-\" in "
                + "names of files. Rename the file."));
            return;
        }

        options.Add(new CompileOption(option == "-I" ? option : option + " ", Link(folder) + file, ForAssembler().IsMatch(option)));
    }

    private string Link(string folder)
    {
        if (folders.Find(known => known.Path == folder) is { } found)
            return found.Link;
        folders.Add(new SourceFolder($"i{folders.Count}", folder, project.Prefix(folder)));
        return folders[^1].Link;
    }

    // A path of the machine's, which every compiler finds as it is. One that begins with = is in the compiler's sysroot.
    private bool IsOfOthers(string path) =>
        path[0] == '='
            || (Path.IsPathRooted(path)
                && StagePaths.IsPlain(path)
                && !(path + "/").StartsWith(project.Directory + "/", StringComparison.Ordinal));

    // A header that is not the project's is looked up like one of #include "...": only the compiler knows where, and says
    // at that option that there is none.
    private bool IsOnIncludePath(string option, string path) =>
        IsFileOption(option) && !Path.IsPathRooted(path) && !File.Exists(Path.GetFullPath(path, project.Directory));

    private static bool IsFileOption(string option) => option is "-include" or "-imacros";

    [GeneratedRegex("^(?<name>-I|-isystem|-iquote|-idirafter|-include|-imacros)(?<path>[^-].*)?$")]
    private static partial Regex PathOption();

    [GeneratedRegex("^(?:-I|-isystem|-iquote|-idirafter|-include|-imacros|-D|-U)$")]
    private static partial Regex Apart();

    [GeneratedRegex("^-(?:isystem|idirafter)")]
    private static partial Regex SystemOption();

    // What is included without being asked for is C as a rule.
    [GeneratedRegex("^(?:-[IDU]|-isystem|-iquote|-idirafter|-Wa,)")]
    private static partial Regex ForAssembler();
}
