using Klp.Patching.Diff;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>A change of the source that is in the code of a function.</summary>
/// <param name="File">The file.</param>
/// <param name="Change">The change.</param>
/// <param name="Function">The function of the source that the change is in: the one itself, or one that it has a copy of.</param>
internal sealed record SourceOrigin(PatchedSource File, SourceChange Change, string Function)
{
    /// <summary>True where the change is in the function itself, and not in what it has a copy of.</summary>
    internal bool IsIn(UnitPart function) => Function == function.SourceName;
}
