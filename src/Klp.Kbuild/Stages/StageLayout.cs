using Klp.Kbuild.Options;
using Klp.Kbuild.Paths;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Stages;

/// <summary>
/// How a project's sources appear to kbuild, which can neither take sources from elsewhere nor paths with spaces: each
/// source has a wrapper <c>c/name.c</c> that includes it through a symbolic link to its folder (<c>s0/name.c</c>), so that
/// the source's own <c>#include "…"</c> finds what lies beside it; of a source in assembler it is <c>c/name-hash.S</c>. Pure:
/// knows names, touches no file.
/// </summary>
public sealed class StageLayout
{
    /// <summary>The folder of wrappers and objects in the stage.</summary>
    internal const string WrapperFolder = "c";

    /// <summary>The folder of objects that are there already in the stage.</summary>
    internal const string ObjectFolder = "o";

    /// <summary>The link to the SDK's headers in the stage.</summary>
    internal const string IncludeLink = "inc";

    /// <summary>The extension of sources in assembler, which the C preprocessor reads first.</summary>
    internal const string AssemblerExtension = ".S";

    private readonly ProjectPaths project;

    /// <summary>Lays a project out.</summary>
    /// <param name="projectDirectory">The project's folder.</param>
    /// <param name="sources">The sources as absolute paths.</param>
    /// <param name="tables">The generated source of the livepatch's tables, or null.</param>
    /// <param name="options">The user's options for the compiler, or null for none.</param>
    public StageLayout(string projectDirectory, IEnumerable<string> sources, string? tables = null, CompileOptions? options = null)
    {
        project = new ProjectPaths(projectDirectory);
        Options = options ?? CompileOptions.None;
        // MSBuild lists files in the order of the file system; the linked module must not depend on it.
        string[] ordered = [.. sources.Distinct(StringComparer.Ordinal).OrderBy(project.Display, StringComparer.Ordinal)];
        Dictionary<string, SourceFolder> folders = new(StringComparer.Ordinal);
        foreach (string folder in ordered.Select(source => Path.GetDirectoryName(source)!))
            folders.TryAdd(folder, new SourceFolder($"s{folders.Count}", folder, project.Prefix(folder)));

        UsersSources = [.. ordered.Select(source => Stage(source, folders[Path.GetDirectoryName(source)!]))];
        if (tables is not null)
            Tables = StageTables(tables);
        Folders = Tables is null ? [.. folders.Values] : [.. folders.Values, Tables.Folder];
        Sources = Tables is null ? UsersSources : [.. UsersSources, Tables];
    }

    /// <summary>The user's options for the compiler, with the folders of headers that they name.</summary>
    internal CompileOptions Options { get; }

    /// <summary>The folders that hold sources.</summary>
    internal IReadOnlyList<SourceFolder> Folders { get; }

    /// <summary>The sources in the order in which they are linked.</summary>
    public IReadOnlyList<StagedSource> Sources { get; }

    /// <summary>Those of the project.</summary>
    public IReadOnlyList<StagedSource> UsersSources { get; }

    /// <summary>The generated source of the livepatch's tables, or null. Its header lies beside it.</summary>
    public StagedSource? Tables { get; }

    /// <summary>The link to the Module.symvers of an external module in the stage: kbuild takes no path with spaces.</summary>
    /// <param name="index">0-based.</param>
    internal static string ExportListLink(int index) => $"symvers-{index}";

    /// <summary>The user's file that a file in the stage stands for, or null when it is none.</summary>
    /// <param name="path">A path from the stage's root, such as <c>c/../s0/meminfo.c</c>.</param>
    internal string? FromStage(string path)
    {
        string plain = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (plain.StartsWith($"{WrapperFolder}/../", StringComparison.Ordinal))
            plain = plain[(WrapperFolder.Length + "/../".Length)..];

        if (Sources.FirstOrDefault(source => source.Link == plain || Path.ChangeExtension(plain, null) == source.ObjectName) is { } staged)
            return staged.Path;
        foreach (SourceFolder folder in AllFolders)
        {
            if (plain.StartsWith(folder.Link + "/", StringComparison.Ordinal))
                return Path.GetFullPath(plain[(folder.Link.Length + 1)..], folder.Path);
        }

        return null;
    }

    /// <summary>The user's file that a name in line information stands for, or null when it is none.</summary>
    /// <param name="name">A name such as <c>drivers/meminfo.c</c>.</param>
    internal string? FromDisplayName(string name)
    {
        string plain = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        if (Sources.FirstOrDefault(source => source.DisplayName == plain) is { } staged)
            return staged.Path;
        return AllFolders
            .Where(folder => plain.StartsWith(folder.Prefix, StringComparison.Ordinal))
            .OrderByDescending(folder => folder.Prefix.Length)
            .Select(folder => Path.GetFullPath(plain[folder.Prefix.Length..], folder.Path))
            .FirstOrDefault();
    }

    private IEnumerable<SourceFolder> AllFolders => Folders.Concat(Options.Folders);

    private StagedSource Stage(string source, SourceFolder folder)
    {
        string display = project.Display(source);
        string fileName = Path.GetFileName(source);
        string stem = Path.ChangeExtension(display, null).Replace('/', '-');
        bool isAssembler = Path.GetExtension(fileName) == AssemblerExtension;
        // A C source beside the project file keeps its name; another's could equal it once the folder is part of the name, and
        // so could that of a source in assembler, which may have a C source's name.
        string name = display == fileName && StagePaths.IsPlain(fileName) && !isAssembler
            ? stem
            : $"{StagePaths.Plain(stem).TrimStart('.', '-')}-{StagePaths.Hash(display)}";
        string? link = StagePaths.IsPlain(fileName) ? null : $"f-{StagePaths.Hash(display)}{Path.GetExtension(fileName)}";
        return new StagedSource(source, $"{WrapperFolder}/{name}", folder, StagePaths.Plain(display), link);
    }

    // Where the generated file is depends on the configuration and the user's output folders: the module must not.
    private static StagedSource StageTables(string tables)
    {
        string fileName = Path.GetFileName(tables);
        string hash = StagePaths.Hash(fileName);
        return new StagedSource(
            tables,
            $"{WrapperFolder}/{Path.ChangeExtension(fileName, null)}-{hash}",
            new SourceFolder("t", Path.GetDirectoryName(tables)!, "generated/"),
            fileName,
            $"f-{hash}.c");
    }

    /// <summary>
    /// A diagnostic about a module at the user's own file: line information names sources as the stage's makefile told the
    /// compiler to.
    /// </summary>
    public Diagnostic InUsersFile(Diagnostic diagnostic) =>
        diagnostic.Place is { } place && FromDisplayName(place.File) is { } file
            ? diagnostic with { Place = place with { File = file } }
            : diagnostic;
}
