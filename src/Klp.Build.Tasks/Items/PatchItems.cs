using System.Globalization;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Reads what the project says about patches of the kernel's source.</summary>
/// <param name="diagnostics">Receives what is malformed in it.</param>
internal sealed class PatchItems(DiagnosticBag diagnostics)
{
    private const string Strip = "Strip";
    private const int DefaultStrip = 1;

    private readonly ItemPlaces places = new();

    /// <summary>The KlpPatch items, in their order.</summary>
    /// <param name="items">The items.</param>
    /// <param name="root">Makes an absolute path of one of the project.</param>
    internal IReadOnlyList<PatchInput> ReadPatches(ITaskItem[] items, Func<string, string> root) =>
        [.. items.Select(item => ReadPatch(item, root(item.ItemSpec)))];

    /// <summary>KlpPatchMaxUnits; null where the project does not say, or after an error.</summary>
    /// <param name="text">The property.</param>
    /// <param name="projectFile">The project's file.</param>
    internal int? ReadMaxUnits(string text, string projectFile)
    {
        if (text.Trim().Length == 0)
            return null;
        if (Number(text) is { } number and > 0)
            return number;
        diagnostics.AddError(
            DiagnosticCodes.TableItemMalformed,
            $"KlpPatchMaxUnits is \"{text}\". It has to be a number of units, from 1 on.",
            places.FindProperty(projectFile, "KlpPatchMaxUnits"));
        return null;
    }

    private PatchInput ReadPatch(ITaskItem item, string path)
    {
        SourcePlace? place = places.Find(item, "KlpPatch");
        ItemMetadata.Check(item, "KlpPatch", [Strip], place, diagnostics);
        return new PatchInput(path, ReadStrip(item), place) { Name = PatchNames.Of(item.ItemSpec) };
    }

    private int ReadStrip(ITaskItem item)
    {
        string text = item.GetMetadata(Strip).Trim();
        if (text.Length == 0)
            return DefaultStrip;
        if (Number(text) is { } number)
            return number;
        diagnostics.AddError(
            DiagnosticCodes.TableItemMalformed,
            $"The KlpPatch '{item.ItemSpec}' has Strip=\"{text}\". It has to be the number of leading directories that are taken from the "
                + "names in the patch, from 0 on: 1 for the a/ and b/ of git. Correct the item.",
            places.Find(item, "KlpPatch"));
        return DefaultStrip;
    }

    private static int? Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
