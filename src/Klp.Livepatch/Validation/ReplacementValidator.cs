using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>
/// Compares a livepatch with an earlier one that may be in force when it is loaded: what the kernel refuses
/// (kernel/livepatch/state.c, klp_is_patch_compatible), and what changes that the author may not mean
/// (Documentation/livepatch/cumulative-patches.rst).
/// </summary>
public static class ReplacementValidator
{
    /// <summary>Compares two modules.</summary>
    /// <param name="module">The later livepatch.</param>
    /// <param name="earlierPath">The livepatch that it is to take the place of; may be compressed.</param>
    /// <param name="tree">The kernel that both are for.</param>
    /// <param name="diagnostics">Receives what the kernel would refuse, and what there is to know.</param>
    /// <exception cref="ElfFormatException">The earlier module is damaged.</exception>
    /// <exception cref="InvalidDataException">The earlier module is compressed, and damaged.</exception>
    /// <exception cref="IOException">The earlier module cannot be read.</exception>
    public static void Validate(LivepatchModule module, string earlierPath, KernelTree tree, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        ArgumentNullException.ThrowIfNull(module);
        LivepatchTables own = module.Tables;
        LivepatchTables earlier = LivepatchModule.Of(ElfObject.Read(CompressedFile.ReadAllBytes(earlierPath), earlierPath), tree).Tables;
        SourcePlace place = new(module.File.FileName);
        string name = Path.GetFileName(earlierPath);
        foreach (PatchState state in earlier.States)
            CheckState(own, state, name, module.Name, place, diagnostics);
        if (!own.Replaces)
        {
            diagnostics.Add(ReplacementMessages.NotReplacing(place, name));
            return;
        }

        foreach (PatchedObject patched in earlier.Objects)
            CheckObject(own, patched, name, place, diagnostics);
    }

    private static void CheckState(
        LivepatchTables own, PatchState state, string earlier, string label, SourcePlace place, DiagnosticBag diagnostics)
    {
        PatchState? same = own.States.FirstOrDefault(candidate => candidate.Id == state.Id);
        string? problem = same switch
        {
            null when own.Replaces => $"has no state {state.Id}, which {earlier} modifies; one that replaces it must handle it",
            { Version: var version } when version < state.Version =>
                $"has version {version} of the state {state.Id}, and {earlier} has version {state.Version}",
            _ => null,
        };
        if (problem is not null)
            diagnostics.Add(ReplacementMessages.StateIncompatible(place, problem, label));
    }

    private static void CheckObject(LivepatchTables own, PatchedObject earlier, string name, SourcePlace place, DiagnosticBag diagnostics)
    {
        List<PatchedObject> same = [.. own.Objects.Where(patched => patched.Name == earlier.Name)];
        foreach (PatchedFunction function in earlier.Functions.Where(
            function => !same
                .SelectMany(patched => patched.Functions)
                .Any(candidate => candidate.OldName == function.OldName && candidate.Sympos.Ordinal == function.Sympos.Ordinal)))
        {
            diagnostics.Add(ReplacementMessages.FunctionDropped(place, function.OldName, earlier.Name, name));
        }

        // An atomic replace calls only the callbacks of the livepatch that comes.
        foreach (PatchedCallback callback in earlier.Callbacks.Where(
            callback => callback.Name.EndsWith("_unpatch", StringComparison.Ordinal)
                && !same.SelectMany(patched => patched.Callbacks).Any(candidate => candidate.Name == callback.Name)))
        {
            diagnostics.Add(ReplacementMessages.CallbackDropped(place, name, callback.Name, earlier.Name));
        }
    }
}
