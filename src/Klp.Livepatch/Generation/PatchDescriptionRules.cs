using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Generation;

/// <summary>What a description of a livepatch has to keep to, so that the tables made from it are ones that its kernel takes.</summary>
/// <param name="patch">The description.</param>
/// <param name="kernel">The version of the kernel.</param>
/// <param name="diagnostics">Receives what is wrong, in the project.</param>
public sealed class PatchDescriptionRules(PatchDescription patch, KernelVersion kernel, DiagnosticBag diagnostics)
{
    /// <summary>Checks all of them.</summary>
    public void Check()
    {
        CheckNotEmpty();
        CheckOnce();
        CheckNewNames();
        CheckKernel();
    }

    private void CheckNotEmpty()
    {
        if (patch.Functions.Count == 0 && patch.Objects.Count == 0)
        {
            string given = patch.States.Count > 0 ? "KlpState" : "KlpAtomicReplace";
            diagnostics.AddError(DiagnosticCodes.TablesEmpty, $"The project has {given} and neither KlpFunction nor KlpObject, so there are no tables to generate. Name what to patch with KlpFunction items; hand-written tables have states and replace in their klp_patch.", patch.States.Select(state => state.Place).FirstOrDefault());
        }

        foreach (DescribedObject empty in patch.Objects.Where(described => described.Callbacks.Count == 0 && patch.Functions.All(function => function.ObjectName != described.Name)))
            diagnostics.AddError(DiagnosticCodes.TablesEmpty, $"The KlpObject '{empty.Name}' has no callback, and no KlpFunction is of that object: nothing of it would be patched. Give it PrePatch, PostPatch, PreUnpatch or PostUnpatch, or remove it.", empty.Place);
    }

    // The kernel would refuse the livepatch as it makes the folders in sysfs: positions 0 and 1 have one name there.
    private void CheckOnce()
    {
        foreach (DescribedFunction[] twice in patch.Functions.GroupBy(function => (function.Name, function.ObjectName, Math.Max(function.Sympos, 1))).Select(group => group.ToArray()).Where(group => group.Length > 1))
            Twice(twice[1].Place, twice[0].Place, $"The function '{twice[0].Name}' of {twice[0].ObjectName} is a KlpFunction twice, with the positions {twice[0].Sympos} and {twice[1].Sympos}; 0 and 1 are one to the kernel.");
        foreach (DescribedObject[] twice in patch.Objects.GroupBy(described => described.Name, StringComparer.Ordinal).Select(group => group.ToArray()).Where(group => group.Length > 1))
            Twice(twice[1].Place, twice[0].Place, $"'{twice[0].Name}' is a KlpObject twice.");
        foreach (DescribedState[] twice in patch.States.GroupBy(state => state.Id).Select(group => group.ToArray()).Where(group => group.Length > 1))
            Twice(twice[1].Place, twice[0].Place, $"{twice[0].Id} is a KlpState twice.");
    }

    private void Twice(SourcePlace? place, SourcePlace? first, string problem) =>
        diagnostics.AddError(DiagnosticCodes.TableEntryTwice, $"{problem} {(first is null || first == place ? "" : $"The first is at {InWords(first)}. ")}Keep one.", place);

    // One function can stand for several, but where no one said so two that are called alike were hardly meant to be one.
    private void CheckNewNames()
    {
        foreach (DescribedFunction[] group in patch.Functions.GroupBy(function => function.NewName, StringComparer.Ordinal).Select(group => group.ToArray()))
        {
            foreach (DescribedFunction other in group.Skip(1).Where(other => other.NewName == NewFunctionName.For(other.Name) && (other.Name, other.ObjectName) != (group[0].Name, group[0].ObjectName)))
                diagnostics.AddError(DiagnosticCodes.TableEntryTwice, $"'{other.Name}' of {other.ObjectName} and '{group[0].Name}' of {group[0].ObjectName} are both to be replaced by '{other.NewName}'. Give each a function of its own: name it with the item's metadata With.", other.Place);
        }

        foreach (IGrouping<string, DescribedCallback> callbacks in patch.Callbacks.GroupBy(callback => callback.FunctionName, StringComparer.Ordinal))
        {
            if (callbacks.DistinctBy(callback => callback.Prototype).Count() > 1)
                diagnostics.AddError(DiagnosticCodes.TableItemMalformed, $"'{callbacks.Key}' is a PrePatch and another callback too. PrePatch returns int, the others void: use two functions.", PlaceOf(callbacks.Key));
            if (patch.Functions.FirstOrDefault(function => function.NewName == callbacks.Key) is { } function)
                diagnostics.AddError(DiagnosticCodes.TableItemMalformed, $"'{callbacks.Key}' is a callback and is to replace '{function.Name}' too. Use two functions.", function.Place);
        }
    }

    private void CheckKernel()
    {
        if (patch.Functions.FirstOrDefault(function => function.Sympos > 0) is { } positioned)
            Require(TableFeature.Position, positioned.Place);
        if (patch.Objects.FirstOrDefault(described => described.Callbacks.Count > 0) is { } called)
            Require(TableFeature.Callbacks, called.Place);
        if (patch.Replace)
            Require(TableFeature.Replace, null);
        if (patch.States.Count > 0)
            Require(TableFeature.States, patch.States[0].Place);
    }

    private void Require(TableFeature feature, SourcePlace? place)
    {
        if (kernel < feature.Since)
            diagnostics.AddError(DiagnosticCodes.TablesNeedNewerKernel, $"The project asks for {feature.Name}, which kernels have since {feature.Since}; this one is {kernel}. Leave it out for this kernel.", place);
    }

    private SourcePlace? PlaceOf(string callback) =>
        patch.Objects.First(described => described.Callbacks.Any(candidate => candidate.FunctionName == callback)).Place;

    private static string InWords(SourcePlace place) => place.Line > 0 ? $"{place.File}:{place.Line}" : place.File;
}
