using Klp.Build.Tasks.Items;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Tells of patches that the project names and that are no items, as a wildcard matches no file.</summary>
public sealed class CheckPatches : KlpTask
{
    /// <summary>The patches.</summary>
    public ITaskItem[] Patches { get; set; } = [];

    /// <summary>Files that belong to the project beside its own; what is missing counts for nothing.</summary>
    public string[] ProjectFiles { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        PatchWildcards wildcards = new(ProjectDirectory, new ItemPlaces());
        string[] files = [ProjectFile, .. ProjectFiles.Select(Root).Where(File.Exists)];
        foreach ((string include, SourcePlace place) in wildcards.FindEmpty(files, Patches))
        {
            diagnostics.Add(DiagnosticCodes.PatchWildcardEmpty.At(
                place,
                $"The KlpPatch '{include}' matches no file, so that the livepatch has no patch of it. Correct the item, or take it out."));
        }
    }
}
