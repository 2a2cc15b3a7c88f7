using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Refuses livepatch relocations that the kernel would apply wrongly, because of their type or of the section they are in.
/// Where the kernel can be told to rewrite the code afterwards, collects what has to move for that.
/// </summary>
internal sealed class RelocationHazards(LivepatchModule module, LoaderHazards loader, KernelDialect dialect, DiagnosticBag diagnostics)
{
    private readonly RelocationTypes types = RelocationTypes.For(module.File.Header.Machine);
    private readonly KernelArchitecture? architecture = KernelArchitecture.For(module.File.Header.Machine);
    private readonly SpecialSections special = module.Special;
    private readonly SymbolUses uses = module.Uses;
    private readonly Dictionary<SpecialSectionEntry, SpecialSectionMove> moves = [];
    private readonly LateTableUses tables = new(module.Uses);

    /// <summary>The entries of special sections that must move, in the order of their tables.</summary>
    internal IReadOnlyList<SpecialSectionMove> SpecialSectionMoves =>
        [.. moves.Values.OrderBy(move => move.Entry.Table.Name, StringComparer.Ordinal).ThenBy(move => move.Entry.Offset)];

    /// <summary>Reports, once all relocations were looked at, what several of them are about.</summary>
    internal void Report() => tables.Report(DiagnosticCodes.SpecialSection, diagnostics);

    /// <summary>False, with a diagnostic then or in the report, when the kernel would apply a moved relocation wrongly.</summary>
    internal bool Allow(SymbolDecision decision, RelocationMove move)
    {
        if (architecture is not null && !architecture.LoaderApplies(move.Relocation.Type))
        {
            return Refuse(MoveMessages.TypeUnknown(
                uses.PlaceOf(move.Place),
                uses.Describe(move.Place),
                decision.Target!.Name,
                types.Name(move.Relocation.Type),
                UnknownTypeAdvice(move.Relocation.Symbol)));
        }

        bool isEarly = !dialect.IsLate(move.PatchedObject);
        if (!isEarly && SpecialSections.IsTable(move.Target.Name))
        {
            tables.Add(move.Target.Name, special.CodeOf(move.Section, move.Relocation), decision.Target!);
            return false;
        }

        if (loader.Find(move.Target, move.Relocation, move.PatchedObject, Symbol(decision)) is { } hazard)
            return Refuse(CodeOf(hazard.Kind).At(uses.PlaceOf(move.Place), hazard.Message));
        // What is applied with the ordinary relocations is there before the kernel rewrites code.
        if (isEarly)
            return true;
        return special.At(move.Place).All(entry => Rewrite(decision, move, entry));
    }

    /// <summary>The way out of a relocation type that the module loader does not know.</summary>
    internal static string UnknownTypeAdvice(ElfSymbol? symbol) => symbol?.Binding == ElfSymbolBinding.Weak
        ? MoveMessages.WeakSymbolAdvice
        : MoveMessages.OptionsAdvice;

    private bool Rewrite(SymbolDecision decision, RelocationMove move, SpecialSectionEntry entry)
    {
        string use = MoveMessages.UseInEntry(uses.Describe(move.Place), Symbol(decision), entry.Table.Name);
        if (!dialect.HasArchSections || module.File.Header.Machine != ElfMachine.X8664 || entry.Size == 0)
            return Refuse(MoveMessages.ResolvedTooLate(uses.PlaceOf(move.Place), use));

        SpecialSectionMove wanted = new(entry, move.PatchedObject);
        if (moves.TryAdd(entry, wanted) || moves[entry] == wanted)
            return true;
        return Refuse(MoveMessages.TwoObjectsInEntry(
            uses.PlaceOf(move.Place), use, move.PatchedObject, moves[entry].PatchedObject));
    }

    private bool Refuse(Diagnostic problem)
    {
        diagnostics.Add(problem);
        return false;
    }

    private static DiagnosticDescriptor CodeOf(LoaderHazardKind kind) => kind switch
    {
        LoaderHazardKind.NeverRelocated => DiagnosticCodes.NeverRelocated,
        LoaderHazardKind.NotWritable => DiagnosticCodes.PlaceNotWritable,
        LoaderHazardKind.UnknownSection => DiagnosticCodes.SectionUnknown,
        _ => DiagnosticCodes.SpecialSection,
    };

    private static string Symbol(SymbolDecision decision) => LateTableUses.InWords(decision.Target!);
}
