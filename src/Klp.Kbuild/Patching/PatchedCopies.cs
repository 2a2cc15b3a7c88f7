using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Klp.Kbuild.Ide;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Leaves the patched files to look at, with how the kernel compiles them: an overlay is gone when its compiles are done. They
/// read headers where the kernel has them, and patched ones from here (-ivfsoverlay of clang).
/// </summary>
/// <param name="source">The kernel's source.</param>
/// <param name="target">clang's name of the machine, such as <c>aarch64-linux-gnu</c>.</param>
/// <param name="directory">The folder for the files, as an absolute path.</param>
internal sealed class PatchedCopies(KernelSource source, string target, string directory)
{
    /// <summary>The name of the folder with the copies, which lie in it as in the kernel's source.</summary>
    internal const string FolderName = "source";

    /// <summary>The name of the file that says how they are compiled.</summary>
    internal const string CommandsName = "commands.json";

    private const string OverlayName = "headers.json";
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the copies; those of another patch go.</summary>
    /// <param name="files">The patched files.</param>
    /// <param name="units">The units that are made from them.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    internal void Write(IReadOnlyList<PatchedSource> files, IReadOnlyList<KernelUnit> units)
    {
        string root = Path.Combine(directory, FolderName);
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        foreach (PatchedSource file in files)
            WriteFile(Path.Combine(root, SourceOverlay.Checked(file.Path)), file.Patched);
        List<PatchedSource> headers = [.. files.Where(file => !units.Any(unit => unit.Source == file.Path))];
        string overlay = Path.Combine(directory, OverlayName);
        File.WriteAllText(overlay, Overlay(headers, root));
        new PatchedCommands([.. files.Select(
            file => Command(file, units, root, headers.Count > 0 ? overlay : null)).OfType<PatchedCommand>()])
            .Write(Path.Combine(directory, CommandsName));
    }

    private static void WriteFile(string path, byte[] contents)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, contents);
        // It is made anew by each build: whoever changes something changes the patch.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, ReadOnly);
    }

    private PatchedCommand? Command(PatchedSource file, IReadOnlyList<KernelUnit> units, string root, string? overlay)
    {
        KernelUnit? unit = units.FirstOrDefault(unit => unit.Source == file.Path)
            ?? units.FirstOrDefault(unit => unit.Touched.Contains(file.Path))
            ?? (units.Count > 0 ? units[0] : null);
        if (unit is null)
            return null;
        // What stands beside the original does not stand beside the copy.
        string folder = Path.Combine(source.Root, Path.GetDirectoryName(file.Path)!);
        return new PatchedCommand(
            Path.Combine(root, file.Path),
            [
                .. ClangArguments.From(target, unit.Command, source.Locate),
                "-iquote",
                folder,
                .. overlay is null ? Array.Empty<string>() : ["-ivfsoverlay", overlay],
            ]);
    }

    private string Overlay(List<PatchedSource> headers, string root)
    {
        JsonArray roots = new([.. headers.Select(header => new JsonObject
        {
            ["type"] = "file",
            ["name"] = Path.Combine(source.Root, header.Path),
            ["external-contents"] = Path.Combine(root, header.Path),
        })]);
        return new JsonObject { ["version"] = 0, ["roots"] = roots }.ToJsonString(Format);
    }
}
