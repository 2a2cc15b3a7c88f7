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
    internal IReadOnlyList<SpecialSectionMove> SpecialSectionMoves => [.. moves.Values.OrderBy(move => move.Entry.Table.Name, StringComparer.Ordinal).ThenBy(move => move.Entry.Offset)];

    /// <summary>Reports, once all relocations were looked at, what several of them are about.</summary>
    internal void Report() => tables.Report(DiagnosticCodes.SpecialSection, diagnostics);

    /// <summary>False, with a diagnostic then or in the report, when the kernel would apply a moved relocation wrongly.</summary>
    internal bool Allow(SymbolDecision decision, RelocationMove move)
    {
        if (architecture is not null && !architecture.LoaderApplies(move.Relocation.Type))
        {
            string use = $"{uses.Describe(move.Place)} refers to '{decision.Target!.Name}' with {types.Name(move.Relocation.Type)}, which the kernel's module loader does not know.";
            return Refuse(DiagnosticCodes.RelocationTypeUnsupported, move.Place, $"{use} {UnknownTypeAdvice(move.Relocation.Symbol)}");
        }

        bool isEarly = !dialect.IsLate(move.PatchedObject);
        if (!isEarly && SpecialSections.IsTable(move.Target.Name))
        {
            tables.Add(move.Target.Name, special.CodeOf(move.Section, move.Relocation), decision.Target!);
            return false;
        }

        if (loader.Find(move.Target, move.Relocation, move.PatchedObject, Symbol(decision)) is { } hazard)
            return Refuse(CodeOf(hazard.Kind), move.Place, hazard.Message);
        // What is applied with the ordinary relocations is there before the kernel rewrites code.
        if (isEarly)
            return true;
        return special.At(move.Place).All(entry => Rewrite(decision, move, entry));
    }

    /// <summary>The way out of a relocation type that the module loader does not know.</summary>
    internal static string UnknownTypeAdvice(ElfSymbol? symbol) => symbol?.Binding == ElfSymbolBinding.Weak
        ? "The symbol is declared weak, and compilers for arm64 reach such a one by way of a table of addresses, which modules have none of. Declare it without __weak: the livepatch gets the kernel's symbol nevertheless. Where a header declares it so, compile with -mcmodel=large (KlpCompileOptions)."
        : "Compile with the kernel's own flags (kbuild); position-independent code is the usual cause, -fno-pie the cure.";

    private bool Rewrite(SymbolDecision decision, RelocationMove move, SpecialSectionEntry entry)
    {
        string use = $"{uses.Describe(move.Place)} uses {Symbol(decision)} inside an {(entry.Table.Name == ".altinstructions" ? "alternative" : "entry of " + entry.Table.Name)}";
        if (!dialect.HasArchSections || module.File.Header.Machine != ElfMachine.X8664 || entry.Size == 0)
            return Refuse(move.Place, $"{use}. The kernel rewrites that code as the livepatch loads; resolved later, the relocation would overwrite what it wrote. Do not use the symbol in an alternative.");

        SpecialSectionMove wanted = new(entry, move.PatchedObject);
        if (moves.TryAdd(entry, wanted) || moves[entry] == wanted)
            return true;
        return Refuse(move.Place, $"{use}, which is resolved with {move.PatchedObject}, and a symbol that is resolved with {moves[entry].PatchedObject}. The kernel rewrites that code once, with one of them. Do not use both in one alternative.");
    }

    private bool Refuse(ElfPlace place, string message) => Refuse(DiagnosticCodes.SpecialSection, place, message);

    private bool Refuse(string code, ElfPlace place, string message)
    {
        diagnostics.AddError(code, message, uses.PlaceOf(place));
        return false;
    }

    private static string CodeOf(LoaderHazardKind kind) => kind switch
    {
        LoaderHazardKind.NeverRelocated => DiagnosticCodes.NeverRelocated,
        LoaderHazardKind.NotWritable => DiagnosticCodes.PlaceNotWritable,
        LoaderHazardKind.UnknownSection => DiagnosticCodes.SectionUnknown,
        _ => DiagnosticCodes.SpecialSection,
    };

    private static string Symbol(SymbolDecision decision) => LateTableUses.InWords(decision.Target!);
}
