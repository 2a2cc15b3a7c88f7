using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Decides, for each use of a livepatch symbol, which object's loading applies its relocation. A relocation belongs to the
/// object that is patched by the code that holds it, which need not be the object that provides the symbol.
/// </summary>
internal sealed class RelocationMover(
    LivepatchModule module,
    KernelDialect dialect,
    KernelConfig? config,
    DiagnosticBag diagnostics)
{
    private readonly LivepatchTables tables = module.Tables;
    private readonly SpecialSections special = module.Special;
    private readonly SymbolUses uses = module.Uses;
    private readonly PatchedObjectMap map = new(module);
    private readonly RelocationHazards hazards = new(module, new LoaderHazards(module, dialect, config), dialect, diagnostics);
    private readonly HashSet<string> patchedModules = [.. module.Tables.ModuleNames];

    /// <summary>The entries of special sections that move because relocations of their code did.</summary>
    internal IReadOnlyList<SpecialSectionMove> SpecialSectionMoves => hazards.SpecialSectionMoves;

    /// <summary>Reports, once all moves were asked for, what several relocations are about.</summary>
    internal void Report() => hazards.Report();

    internal IEnumerable<RelocationMove> Moves(SymbolDecision decision)
    {
        foreach ((ElfRelocationSection section, ElfRelocation relocation) in uses.Of(decision.Symbol))
        {
            if (Choose(decision, special.CodeOf(section, relocation)) is not { } choice)
                continue;
            RelocationMove move = new(section, relocation, choice.PatchedObject, choice.Reason);
            if (hazards.Allow(decision, move))
                yield return move;
        }
    }

    private (string PatchedObject, string Reason)? Choose(SymbolDecision decision, ElfPlace place)
    {
        string provider = decision.Target!.ObjectName;
        if (!dialect.IsLate(provider))
            return (ModuleName.Vmlinux, "symbols of vmlinux are resolved as the livepatch loads");
        if (decision.PatchedObject is { } annotated)
            return RequirePatched(decision, annotated, place) ? (annotated, "the annotation names the patched object") : null;

        IReadOnlyCollection<string> served = map.ObjectsAt(place);
        if (served.Count == 1)
            return ChooseServed(decision, served.First(), place);
        if (served.Count == 0 && tables.Objects.Select(patched => patched.Name).Distinct().ToList() is [var only])
            return (only, "the livepatch patches only this object");
        // Code that no patched function reaches, such as an init function, and data: of use only once its provider is there.
        if (served.Count == 0 && patchedModules.Contains(provider))
            return (provider, "no patched function reaches this code, and the symbol's module is patched");

        Unknown(decision, served, place);
        return null;
    }

    private (string PatchedObject, string Reason)? ChooseServed(SymbolDecision decision, string served, ElfPlace place)
    {
        string provider = decision.Target!.ObjectName;
        if (served != ModuleName.Vmlinux || !patchedModules.Contains(provider))
            return (served, "this code patches it");

        // Code that patches the kernel runs at once; the module's symbol is there only after the module.
        diagnostics.Add(MoveMessages.LoadedTooEarly(
            uses.PlaceOf(place),
            uses.Describe(place),
            decision.Target.Name,
            provider,
            Declaration(provider, decision.Target),
            Declaration(ModuleName.Vmlinux, decision.Target)));
        return null;
    }

    private bool RequirePatched(SymbolDecision decision, string patchedObject, ElfPlace place)
    {
        // vmlinux is always there; and where the module makes its tables at run time nothing can be said.
        if (patchedObject == ModuleName.Vmlinux || tables.Objects.Count == 0 || patchedModules.Contains(patchedObject))
            return true;
        diagnostics.Add(MoveMessages.ObjectNotPatched(uses.PlaceOf(place), decision.Target!.Name, patchedObject, PatchedNames()));
        return false;
    }

    private void Unknown(SymbolDecision decision, IReadOnlyCollection<string> served, ElfPlace place)
    {
        string why = served.Count == 0
            ? $"no patched function reaches {uses.Describe(place)}"
            : $"{uses.Describe(place)} can be reached from code that patches "
                + $"{string.Join(" and from code that patches ", served.Order(StringComparer.Ordinal))}";
        // The data of all files is one section, which is not told apart.
        string apart = place.Section.Flags.HasFlag(ElfSectionFlags.Execute)
            ? ", or keep the code of each patched object in a .c file of its own"
            : "";
        KernelSymbol target = decision.Target!;
        diagnostics.Add(MoveMessages.PatchedObjectUnknown(
            uses.PlaceOf(place), target.Name, target.ObjectName, why, Declaration("<patched object>", target), apart, PatchedNames()));
    }

    private static string Declaration(string patchedObject, KernelSymbol target) => target.Sympos.IsOnly
        ? $"KLP_RELOC_SYMBOL({patchedObject}, {target.ObjectName}, {target.Name})"
        : $"KLP_RELOC_SYMBOL_POS({patchedObject}, {target.ObjectName}, {target.Name}, {target.Sympos})";

    private string PatchedNames() =>
        tables.Objects.Count == 0
            ? "nothing that can be seen in its tables"
            : string.Join(", ", tables.Objects.Select(patched => patched.Name).Distinct());
}
