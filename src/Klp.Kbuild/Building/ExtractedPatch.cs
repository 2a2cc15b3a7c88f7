using System.Security.Cryptography;
using System.Text.Json;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Stages;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Manifest;

namespace Klp.Kbuild.Building;

/// <summary>
/// What patches became, for the stages that make a module of it: objects to link and functions for the tables. A build keeps it
/// in a file, with the objects in a folder beside it.
/// </summary>
/// <param name="Objects">The objects, by their names.</param>
/// <param name="Functions">The functions to replace; the objects define the new ones.</param>
/// <param name="MadeFrom">The patches, what became of the units that they touch, and what is beside; null for no patch.</param>
public sealed record ExtractedPatch(
    IReadOnlyList<LinkedObject> Objects, IReadOnlyList<DescribedFunction> Functions, ManifestOrigin? MadeFrom)
{
    private const string ObjectFolder = "objects";

    /// <summary>What no patch becomes.</summary>
    public static ExtractedPatch None { get; } = new([], [], null);

    /// <summary>What is to be linked of a result.</summary>
    /// <param name="result">What the patches became.</param>
    public static ExtractedPatch Of(PatchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ExtractedPatch(
            [.. result.Objects.OrderBy(linked => linked.Name, StringComparer.Ordinal)], result.Functions, OriginOf(result.Explanation));
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
        SavedPatch saved = ReadSaved(file);
        return new ExtractedPatch(
            [.. saved.Objects.Select(linked => new LinkedObject(linked.Name, File.ReadAllBytes(Path.Combine(folder, linked.Name + ".o"))))],
            saved.Functions,
            saved.MadeFrom);
    }

    /// <summary>Reads only the patches and what became of units.</summary>
    /// <param name="file">The file; empty where there are no patches.</param>
    /// <returns>Null for no patch.</returns>
    /// <exception cref="InvalidDataException">It is another file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ManifestOrigin? ReadOrigin(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Length == 0 ? null : ReadSaved(file).MadeFrom;
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
            AtomicFile.WriteIfDifferent(Path.Combine(folder, linked.Name + ".o"), linked.Contents);
        // By its time the later stages go: with other objects it is another.
        SavedPatch saved = new(
            [.. Objects.Select(linked => new SavedObject(linked.Name, Convert.ToHexStringLower(SHA256.HashData(linked.Contents))))],
            Functions,
            MadeFrom!);
        AtomicFile.WriteIfDifferent(file, JsonSerializer.SerializeToUtf8Bytes(saved, SavedPatchJson.Strict.SavedPatch));
    }

    private static SavedPatch ReadSaved(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), SavedPatchJson.Strict.SavedPatch) ?? throw new JsonException();
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{file} is not what the build of a patch leaves. Build anew.", problem);
        }
    }

    private static ManifestOrigin OriginOf(PatchExplanation explanation) => new(
        [.. explanation.Patches.Select(patch => new ManifestPatch(patch.Name, patch.Sha256 ?? ""))],
        [.. explanation.Units.Select(unit => new ManifestUnit(
            unit.Unit,
            unit.Source,
            unit.ObjectName,
            unit.Proof,
            [.. unit.Functions.Select(function => new ManifestUnitFunction(
                function.Name, new Sympos(function.Position), function.NewName, function.Reason))]))],
        [.. explanation.Written.Select(function => new ManifestFunction(
            function.ObjectName, function.Name, new Sympos(function.Position), function.NewName, function.Reason))],
        [.. explanation.Callbacks.Select(callback => new ManifestCallback(
            callback.ObjectName, callback.Kind, callback.Function, callback.Reason))]);

    private static string ObjectsOf(string file) => Path.Combine(Path.GetDirectoryName(file)!, ObjectFolder);
}
