using Klp.Elf;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Refuses livepatch relocations that the kernel would apply wrongly, because of their type or of the section they are in.
/// Where the kernel can be told to rewrite the code afterwards, collects what has to move for that.
/// </summary>
internal sealed class RelocationHazards(ElfObject module, SpecialSections special, KernelDialect dialect, SymbolUses uses, DiagnosticBag diagnostics)
{
    private const string Init = ".init";

    private readonly RelocationTypes types = RelocationTypes.For(module.Header.Machine);
    private readonly KernelArchitecture? architecture = KernelArchitecture.For(module.Header.Machine);
    private readonly Dictionary<SpecialSectionEntry, SpecialSectionMove> moves = [];

    /// <summary>The entries of special sections that must move, in the order of their tables.</summary>
    internal IReadOnlyList<SpecialSectionMove> SpecialSectionMoves => [.. moves.Values.OrderBy(move => move.Entry.Table.Name, StringComparer.Ordinal).ThenBy(move => move.Entry.Offset)];

    /// <summary>False, with a diagnostic, when the kernel would apply a moved relocation wrongly.</summary>
    internal bool Allow(SymbolDecision decision, RelocationMove move)
    {
        if (architecture is not null && !architecture.LoaderApplies(move.Relocation.Type))
        {
            diagnostics.AddError(DiagnosticCodes.RelocationTypeUnsupported, $"{uses.Describe(move.Target, move.Relocation.Offset)} refers to '{decision.Target!.Name}' with {types.Name(move.Relocation.Type)}, which the kernel's module loader does not know. Compile with the kernel's own flags (kbuild); position-independent code is the usual cause, -fno-pie the cure.", uses.PlaceOf(move.Target, move.Relocation.Offset));
            return false;
        }

        // Applied with the ordinary relocations, so whatever comes after those finds it done.
        if (move.PatchedObject == ModuleName.Vmlinux && dialect.ResolvesVmlinuxAtLoad)
            return true;
        if (SpecialSections.IsTable(move.Target.Name))
        {
            (ElfSection code, ulong offset) = special.CodeOf(move.Section, move.Relocation);
            return Refuse(code, offset, $"{uses.Describe(code, offset)} uses {Symbol(decision)} through {move.Target.Name}. The kernel reads that section as the livepatch loads, before the symbol is resolved, and would corrupt memory. Do not use the symbol in a static branch, static call or alternative; for a static key use static_key_enabled().");
        }

        if (move.Target.Name.StartsWith(Init, StringComparison.Ordinal) && move.PatchedObject != ModuleName.Vmlinux)
            return Refuse(move.Target, move.Relocation.Offset, $"{uses.Describe(move.Target, move.Relocation.Offset)} is in {move.Target.Name}, which is freed after the livepatch has loaded, and uses {Symbol(decision)}, which is resolved when {move.PatchedObject} loads: the kernel would write into freed memory. Remove __init, or do not use the symbol there.");
        return special.At(move.Target, move.Relocation.Offset).All(entry => Rewrite(decision, move, entry));
    }

    private bool Rewrite(SymbolDecision decision, RelocationMove move, SpecialSectionEntry entry)
    {
        string use = $"{uses.Describe(move.Target, move.Relocation.Offset)} uses {Symbol(decision)} inside an {(entry.Table.Name == ".altinstructions" ? "alternative" : "entry of " + entry.Table.Name)}";
        if (!dialect.HasArchSections || module.Header.Machine != ElfMachine.X8664 || entry.Size == 0)
            return Refuse(move.Target, move.Relocation.Offset, $"{use}. The kernel rewrites that code as the livepatch loads; resolved later, the relocation would overwrite what it wrote. Do not use the symbol in an alternative.");

        SpecialSectionMove wanted = new(entry, move.PatchedObject);
        if (moves.TryAdd(entry, wanted) || moves[entry] == wanted)
            return true;
        return Refuse(move.Target, move.Relocation.Offset, $"{use}, which is resolved with {move.PatchedObject}, and a symbol that is resolved with {moves[entry].PatchedObject}. The kernel rewrites that code once, with one of them. Do not use both in one alternative.");
    }

    private bool Refuse(ElfSection section, ulong offset, string message)
    {
        diagnostics.AddError(DiagnosticCodes.SpecialSection, message, uses.PlaceOf(section, offset));
        return false;
    }

    private static string Symbol(SymbolDecision decision) =>
        $"'{decision.Target!.Name}' of {(decision.Target.ObjectName == ModuleName.Vmlinux ? "" : "the module ")}{decision.Target.ObjectName}";
}
