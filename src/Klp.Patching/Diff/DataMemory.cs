using System.Globalization;
using Klp.Kernel.Facts;

namespace Klp.Patching.Diff;

/// <summary>
/// Which memory a variable is in: code that takes it for another kind reads what is not there, or writes what is read-only.
/// Sections that only say what lies together (<c>.data..read_mostly</c>) are of one kind.
/// </summary>
internal static class DataMemory
{
    // include/asm-generic/percpu_types.h, include/linux/cache.h.
    private static readonly string[] Kinds = [".data..percpu", ".data..ro_after_init", SectionLife.Init, SectionLife.Exit];

    /// <summary>The memory and the alignment of a variable, for comparison; empty for what is none.</summary>
    internal static string Of(UnitPart part)
    {
        if (part.Kind != PartKind.Variable)
            return "";
        string kind = Array.Find(Kinds, begin => part.Section.Name.StartsWith(begin, StringComparison.Ordinal)) ?? "";
        // A section that is not the variable's own is aligned as the widest that is in it.
        return !part.Section.Name.EndsWith("." + part.Name, StringComparison.Ordinal)
            ? kind
            : string.Create(CultureInfo.InvariantCulture, $"{kind} aligned by {part.Section.Alignment}");
    }

    /// <summary>True for sections of variables that a module has as the kernel has them.</summary>
    internal static bool IsOrdinary(string section) =>
        section.StartsWith(".data", StringComparison.Ordinal)
            || section.StartsWith(".bss", StringComparison.Ordinal)
            || section.StartsWith(".rodata", StringComparison.Ordinal);
}
