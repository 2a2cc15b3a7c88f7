using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Finds what a comparison of two compiled units cannot tell.</summary>
internal static class DiffNotes
{
    private const int MostNames = 8;

    internal static IEnumerable<DiffNote> Of(UnitDiff diff)
    {
        DiffNote?[] notes =
        [
            Note(
                DiffNoteKind.LinesIgnored,
                diff.LinesIgnored.Select(part => part.Name + "()"),
                "Only the numbers of lines that __bug_table has differ, and do not count, in"),
            Note(DiffNoteKind.SharedCode, SharedSections(diff, PartKind.Function),
                "Several functions share a section (-ffunction-sections gives each its own): branches between them are compared "
                + "by where they lead, "
                    + "what lies between them is not compared, and whether ftrace can attach to them is not told, in"),
            Note(DiffNoteKind.SharedData, SharedSections(diff, PartKind.Variable),
                "Several variables share a section (-fdata-sections gives each its own): without -fno-section-anchors code can "
                + "reach one by the "
                    + "address of another, so that a function may count as unchanged although it uses another variable, in"),
            Note(DiffNoteKind.Ambiguous, diff.Patched.Parts.Where(diff.IsAmbiguous).Select(part => part.Name),
                "There are several static variables of one name that the same functions use, so that which of the old ones it is "
                + "cannot be told; code that uses it may count as changed:"),
            Note(
                DiffNoteKind.UnknownTable,
                UnknownTables(diff),
                "A table is not of the form that arm64's kernels have, and is not compared:"),
        ];
        return notes.OfType<DiffNote>();
    }

    private static DiffNote? Note(DiffNoteKind kind, IEnumerable<string> names, string text)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal)];
        return all.Length == 0
            ? null
            : new DiffNote(
                kind,
                all,
                $"{text} {string.Join(", ", all.Take(MostNames))}{(all.Length > MostNames ? $" and {all.Length - MostNames} more" : "")}.");
    }

    private static IEnumerable<string> SharedSections(UnitDiff diff, PartKind kind) =>
        new[] { diff.Original, diff.Patched }.SelectMany(unit => unit.Parts)
            .Where(part => part.Kind == kind && part.IsShared)
            .GroupBy(part => part.Section)
            .Where(section => section.Count() > 1)
            .Select(section => section.Key.Name);

    private static IEnumerable<string> UnknownTables(UnitDiff diff) =>
        new[] { diff.Original, diff.Patched }.SelectMany(unit => unit.Source.Sections.OfType<ElfDataSection>()
            .Where(
                section => section.HasContents
                    && section.Flags.HasFlag(ElfSectionFlags.Alloc)
                    && SectionRoles.Of(section) == SectionRole.Table
                    && TableReader.EntryBytes(unit, section) is null)
            .Select(section => section.Name));
}
