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
            string given = (patch.States.Count > 0 ? HostWord.StateItem : HostWord.Replace).ToString();
            diagnostics.Add(DescriptionMessages.NothingToPatch(patch.States.Select(state => state.Place).FirstOrDefault(), given));
        }

        foreach (DescribedObject empty in patch.Objects.Where(
            described => described.Callbacks.Count == 0 && patch.Functions.All(function => function.ObjectName != described.Name)))
        {
            diagnostics.Add(DescriptionMessages.ObjectEmpty(empty.Place, empty.Name));
        }
    }

    // The kernel would refuse the livepatch as it makes the folders in sysfs: positions 0 and 1 have one name there.
    private void CheckOnce()
    {
        foreach (DescribedFunction[] twice in patch.Functions
            .GroupBy(function => (function.Name, function.ObjectName, function.Sympos.Ordinal))
            .Select(group => group.ToArray())
            .Where(group => group.Length > 1))
        {
            diagnostics.Add(DescriptionMessages.FunctionTwice(twice[0], twice[1]));
        }

        foreach (DescribedObject[] twice in patch.Objects
            .GroupBy(described => described.Name, StringComparer.Ordinal)
            .Select(group => group.ToArray())
            .Where(group => group.Length > 1))
        {
            diagnostics.Add(DescriptionMessages.ObjectTwice(twice[0], twice[1]));
        }

        foreach (DescribedState[] twice in patch.States
            .GroupBy(state => state.Id)
            .Select(group => group.ToArray())
            .Where(group => group.Length > 1))
        {
            diagnostics.Add(DescriptionMessages.StateTwice(twice[0], twice[1]));
        }
    }

    // One function can stand for several, but where no one said so two that are called alike were hardly meant to be one.
    private void CheckNewNames()
    {
        foreach (DescribedFunction[] group in patch.Functions
            .GroupBy(function => function.NewName, StringComparer.Ordinal)
            .Select(group => group.ToArray()))
        {
            foreach (DescribedFunction other in group
                .Skip(1)
                .Where(
                    other => other.NewName == NewFunctionName.For(other.Name)
                        && (other.Name, other.ObjectName) != (group[0].Name, group[0].ObjectName)))
            {
                diagnostics.Add(DescriptionMessages.NewNameTwice(
                    other.Place, other.Name, other.ObjectName, group[0].Name, group[0].ObjectName, other.NewName));
            }
        }

        foreach (IGrouping<string, DescribedCallback> callbacks in patch.Callbacks.GroupBy(
            callback => callback.FunctionName, StringComparer.Ordinal))
        {
            if (callbacks.DistinctBy(callback => callback.Prototype).Count() > 1)
                diagnostics.Add(DescriptionMessages.CallbackOfTwoKinds(PlaceOf(callbacks.Key), callbacks.Key));
            if (patch.Functions.FirstOrDefault(function => function.NewName == callbacks.Key) is { } function)
                diagnostics.Add(DescriptionMessages.CallbackReplacesFunction(function.Place, callbacks.Key, function.Name));
        }
    }

    private void CheckKernel()
    {
        if (patch.Functions.FirstOrDefault(function => !function.Sympos.IsOnly) is { } positioned)
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
            diagnostics.Add(DescriptionMessages.NeedsNewerKernel(place, feature.Name, feature.Since.ToString(), kernel.ToString()));
    }

    private SourcePlace? PlaceOf(string callback) =>
        patch.Objects.First(described => described.Callbacks.Any(candidate => candidate.FunctionName == callback)).Place;
}
