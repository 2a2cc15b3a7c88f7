using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>Applies patches to copies in memory, in order: each sees what those before it left.</summary>
public static class PatchSeries
{
    /// <summary>Applies patches.</summary>
    /// <param name="patches">The patches.</param>
    /// <param name="readOriginal">Reads a file by its path from the source's root; null where there is none.</param>
    /// <param name="diagnostics">Receives what is wrong, and what is applied otherwise than the patch says.</param>
    /// <param name="onRead">
    /// Told the bytes of each patch that can be read; they may not be there a second time, as those of a pipe. Null for nobody.
    /// </param>
    /// <returns>The changed files; null after an error.</returns>
    public static PatchedSources? Apply(
        IReadOnlyList<PatchInput> patches,
        Func<string, byte[]?> readOriginal,
        DiagnosticBag diagnostics,
        Action<PatchInput, byte[]>? onRead = null)
    {
        ArgumentNullException.ThrowIfNull(patches);
        ArgumentNullException.ThrowIfNull(readOriginal);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag found = [];
        PatchedTree tree = new(readOriginal, found);
        foreach (PatchInput patch in patches)
        {
            if (PatchFile.Read(patch, found) is not { } contents)
                continue;
            onRead?.Invoke(patch, contents);
            if (UnifiedDiffReader.Read(patch.Path, contents, found) is not { } files)
                continue;
            foreach (FilePatch file in files)
                tree.Apply(patch, file);
        }

        diagnostics.AddRange(found);
        return found.HasErrors ? null : tree.Result();
    }
}
