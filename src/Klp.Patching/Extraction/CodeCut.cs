using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using static Klp.Elf.Relocations.AArch64RelocationTypes;

namespace Klp.Patching.Extraction;

/// <summary>
/// Watches over code that is taken out of a section that several functions share: what the assembler resolved within the section
/// is decoded (<see cref="SharedCode"/>), and what is not known to be right then is refused.
/// </summary>
internal sealed class CodeCut(ExtractionRequest request, DiagnosticBag diagnostics)
{
    private readonly UnitObject unit = request.Diff.Patched;

    /// <summary>Looks at a reference of code that is taken, or of an entry that a table has for it.</summary>
    /// <param name="from">The code.</param>
    /// <param name="reference">What it refers to.</param>
    /// <param name="entry">The entry; null for the code itself.</param>
    /// <param name="decision">What becomes of the reference.</param>
    /// <returns>False where it is refused.</returns>
    internal bool IsRight(UnitPart from, PartReference reference, TableEntry? entry, ReferenceDecision decision)
    {
        if (!from.IsSharedCode)
            return true;
        string? reason = entry is not null ? WhyNot(from, entry, reference) : WhyNot(from, reference, decision);
        if (reason is not null)
            Refuse(from, reason);
        return reason is null;
    }

    /// <summary>Refuses a branch to code that no symbol names.</summary>
    internal void RefuseUnnamed(UnitPart from) => Refuse(from, "a branch of it leads to code that has no name");

    /// <summary>Refuses what cannot be cut out, whatever it refers to.</summary>
    /// <param name="parts">Code that shares its section.</param>
    internal void Check(IReadOnlyCollection<UnitPart> parts)
    {
        if (unit.Source.Header.Machine != ElfMachine.AArch64)
        {
            foreach (UnitPart part in parts)
                Refuse(part, "branches within the section leave no trace in the object, and the code of this architecture is not decoded");
        }

        // It may belong to any of them.
        foreach (TableEntry entry in unit.Entries.Where(entry => entry.Owner is null))
        {
            if (parts.FirstOrDefault(part => part.Section == SectionOf(entry)) is { } part)
                Refuse(part, $"an entry of {entry.Table.Name} is about code of the section that has no name");
        }
    }

    private static ElfSection? SectionOf(TableEntry entry) =>
        entry.References.FirstOrDefault(reference => reference.Offset == (ulong)entry.Table.OwnerOffset)?.Relocation.Target?.Section;

    // A branch without a relocation reached its target within the section. One that a loader can make a veneer for reaches any.
    private static string? WhyNot(UnitPart from, PartReference reference, ReferenceDecision decision)
    {
        bool hadRelocation = reference.Relocation.Symbol is not null;
        bool reachesAll = reference.Relocation.Type is Jump26 or Call26;
        // The code of an alternative goes on in its function, which is taken with it.
        bool isOwn = from.Kind == PartKind.Alternative && decision.Kind == ReferenceKind.Included;
        return hadRelocation || reachesAll || isOwn
            ? null
            : $"an instruction of it refers to {ReferenceNames.Of(reference)} by a distance that may be too far from a livepatch";
    }

    // A label behind the last instruction is where the next function begins.
    private static string? WhyNot(UnitPart from, TableEntry entry, PartReference reference) =>
        reference.Target is { Kind: PartKind.Function } target && target != from && target.Section == from.Section
            ? $"an entry of {entry.Table.Name} refers to its end, or to the beginning of {target.Name}()"
            : null;

    private void Refuse(UnitPart part, string reason) =>
        diagnostics.Add(ExtractionMessages.Shared(request, part.Name, part.Section.Name, reason));
}
