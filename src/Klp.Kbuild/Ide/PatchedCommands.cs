using System.Text;
using System.Text.Json;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Ide;

/// <summary>How clangd is to read the patched copies of a kernel's source, as a file that the build of patches leaves.</summary>
/// <param name="Copies">The copies.</param>
public sealed record PatchedCommands(IReadOnlyList<PatchedCommand> Copies)
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file; empty, or one that is not there, for no copies.</param>
    /// <exception cref="InvalidDataException">It is another file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PatchedCommands Read(string path)
    {
        if (path.Length == 0 || !File.Exists(path))
            return new PatchedCommands([]);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CommandsJson.Strict.PatchedCommands) ?? throw new JsonException();
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not what the build of a patch leaves. Build anew.", problem);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteAllBytes(
        path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, CommandsJson.Strict.PatchedCommands) + "\n"));
}
