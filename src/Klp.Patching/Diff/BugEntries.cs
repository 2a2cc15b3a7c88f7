using Klp.Elf.Constants;
using Klp.Elf.Relocations;

namespace Klp.Patching.Diff;

/// <summary>
/// Finds the line in the entries of <c>__bug_table</c>. struct bug_entry (include/asm-generic/bug.h) has, after the address of the
/// code, a format where the architecture has such (HAVE_ARCH_BUG_FORMAT), with CONFIG_DEBUG_BUGVERBOSE the name of the source and
/// the line, and flags. Forms with a line and without one can have equal sizes: what the last pointer leads to tells them apart.
/// </summary>
internal static class BugEntries
{
    // unsigned short line, flags.
    private const int LineBytes = 2;
    private const int FlagsBytes = 2;

    // What __FILE__ can be, in C and in assembler.
    private static readonly string[] Sources = [".c", ".h", ".S"];

    /// <summary>Where the entries of a table have the line, in bytes from their beginnings; null where they have none.</summary>
    /// <param name="entries">All entries of the table, which the kernel's configuration gives one form.</param>
    /// <param name="machine">The machine that they are for.</param>
    internal static (int Offset, int Bytes)? LineOf(IReadOnlyList<TableEntry> entries, ElfMachine machine)
    {
        (int Offset, int Bytes)?[] lines = [.. entries.Select(entry => LineOf(entry, machine)).Distinct()];
        return lines is [{ } only] ? only : null;
    }

    private static (int Offset, int Bytes)? LineOf(TableEntry entry, ElfMachine machine)
    {
        if (entry.References.MaxBy(reference => reference.Offset) is not { Target: { Kind: PartKind.Strings } strings } last)
            return null;
        int end = (int)last.Offset + RelocationTypes.For(machine).FieldBytes(last.Relocation.Type);
        string text = PartContents.StringAt(strings, last.TargetOffset);
        bool isSource = Array.Exists(Sources, ending => text.EndsWith(ending, StringComparison.Ordinal));
        return isSource && end + LineBytes + FlagsBytes <= entry.Size ? (end, LineBytes) : null;
    }
}
