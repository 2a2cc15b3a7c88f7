using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;

namespace Klp.Kbuild.Ide;

/// <summary>How clangd and other tools are to read a project's sources (JSON Compilation Database Format of Clang).</summary>
/// <param name="directory">The project's folder.</param>
/// <param name="target">clang's name of the machine, such as <c>aarch64-linux-gnu</c>.</param>
public sealed class CompilationDatabase(string directory, string target)
{
    // The characters of a path stay readable; nobody puts this into a web page.
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonArray entries = [];

    /// <summary>Adds the sources of the module, as kbuild compiled them.</summary>
    /// <param name="stageDirectory">The stage in which they were compiled.</param>
    /// <param name="buildDirectory">The kernel's build directory.</param>
    /// <param name="layout">What is in the stage.</param>
    /// <param name="files">Knows what the stage's links stand for.</param>
    /// <returns>False when nothing was compiled yet.</returns>
    public bool AddSources(string stageDirectory, string buildDirectory, StageLayout layout, KbuildFiles files)
    {
        SavedCommand?[] commands = [.. layout.Sources.Select(
            source => CommandFile.Command(Path.Combine(stageDirectory, source.ObjectName + ".o")))];
        if (commands.All(command => command is null))
            return false;

        ILookup<bool, SavedCommand?> commandsOfKind = layout.Sources.Zip(commands)
            .Where(pair => pair.Second is not null)
            .ToLookup(pair => pair.First.IsAssembler, pair => pair.Second);
        foreach ((StagedSource source, SavedCommand? own) in layout.Sources.Zip(commands))
        {
            // One that does not compile yet has no command; that of another of its language will do.
            if ((own ?? commandsOfKind[source.IsAssembler].FirstOrDefault()) is not { } command)
                continue;
            string folder = Path.IsPathRooted(command.Object) ? buildDirectory : stageDirectory;
            Add(
                source.Path,
                ClangArguments.From(target, ShellWords.Split(command.Text), path => files.ResolveFolder(Path.GetFullPath(path, folder))));
        }

        return true;
    }

    /// <summary>Adds the patched copies of a kernel's source, as the kernel compiles the original.</summary>
    /// <param name="commands">How they are compiled.</param>
    public void AddCopies(PatchedCommands commands)
    {
        foreach (PatchedCommand copy in commands.Copies)
            Add(copy.File, copy.Arguments);
    }

    /// <summary>Adds a test program, which is compiled against the C library.</summary>
    public void AddProgram(string source) => Add(source, ["clang", $"--target={target}", "-O2", "-Wall"]);

    /// <summary>The text of the file.</summary>
    public string ToJson() => entries.ToJsonString(Format) + "\n";

    private void Add(string source, IEnumerable<string> arguments) => entries.Add((JsonNode)new JsonObject
    {
        ["directory"] = directory,
        ["file"] = source,
        ["arguments"] = new JsonArray([.. arguments.Append(source).Select(argument => JsonValue.Create(argument))]),
    });
}
