using System.Text.Json;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Stages;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Building;

/// <summary>
/// What patches became, for the stages that make a module of it: objects to link and functions for the tables. A build keeps it
/// in a file, with the objects in a folder beside it.
/// </summary>
/// <param name="Objects">The objects, by their names.</param>
/// <param name="Functions">The functions to replace; the objects define the new ones.</param>
public sealed record ExtractedPatch(IReadOnlyList<LinkedObject> Objects, IReadOnlyList<DescribedFunction> Functions)
{
    private const string ObjectFolder = "objects";

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What no patch becomes.</summary>
    public static ExtractedPatch None { get; } = new([], []);

    /// <summary>What is to be linked of a result.</summary>
    /// <param name="result">What the patches became.</param>
    public static ExtractedPatch Of(PatchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ExtractedPatch([.. result.Objects.OrderBy(linked => linked.Name, StringComparer.Ordinal)], result.Functions);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="file">The file; empty where there are no patches.</param>
    /// <exception cref="InvalidDataException">It is another file.</exception>
    /// <exception cref="IOException">It cannot be read, or an object is gone.</exception>
    public static ExtractedPatch Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Length == 0)
            return None;
        string folder = ObjectsOf(file);
        try
        {
            Saved saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(file), JsonOptions) ?? throw new JsonException();
            return new ExtractedPatch(
                [.. saved.Objects.Select(name => new LinkedObject(name, File.ReadAllBytes(Path.Combine(folder, name + ".o"))))],
                saved.Functions);
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{file} is not what the build of a patch leaves. Build anew.", problem);
        }
    }

    /// <summary>Writes it, and removes what an earlier one left. What is the same is left alone.</summary>
    /// <param name="file">The file; the objects come into a folder beside it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string file)
    {
        string folder = Directory.CreateDirectory(ObjectsOf(file)).FullName;
        HashSet<string> names = [.. Objects.Select(linked => linked.Name + ".o")];
        foreach (string stale in Directory.EnumerateFiles(folder).Where(path => !names.Contains(Path.GetFileName(path))))
            File.Delete(stale);
        foreach (LinkedObject linked in Objects)
            WriteIfDifferent(Path.Combine(folder, linked.Name + ".o"), linked.Contents);
        Saved saved = new([.. Objects.Select(linked => linked.Name)], Functions);
        // By its time the later stages go: objects without a change of it are new to them too.
        AtomicFile.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(saved, JsonOptions));
    }

    private static string ObjectsOf(string file) => Path.Combine(Path.GetDirectoryName(file)!, ObjectFolder);

    private static void WriteIfDifferent(string path, byte[] contents)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(contents))
            AtomicFile.WriteAllBytes(path, contents);
    }

    private sealed record Saved(IReadOnlyList<string> Objects, IReadOnlyList<DescribedFunction> Functions);
}
