namespace Klp.Patching.Diff;

/// <summary>
/// A table of a kernel's object with an entry for each place in the code that it is about. Offsets are in an entry, in bytes.
/// </summary>
/// <param name="Name">The section's name.</param>
/// <param name="EntryBytes">The size of an entry; 0 where it follows from the number of entries.</param>
/// <param name="OwnerOffset">Where an entry refers to the code that it belongs to.</param>
public sealed record SpecialTable(string Name, int EntryBytes, int OwnerOffset = 0)
{
    // arm64: arch/arm64/include/asm/{alternative-macros,asm-extable,jump_label,asm-bug}.h; include/asm-generic/bug.h.
    private static readonly SpecialTable[] All =
    [
        new("__patchable_function_entries", 8),
        new(".altinstructions", 12),
        // module_bug_finalize() of lib/bug.c only notes where the table is; an entry is read when its trap is hit.
        new("__bug_table", 0) { HasLines = true, IsReadAtLoad = false },
        new("__ex_table", 12),
        new("__jump_table", 16),
    ];

    /// <summary>True where an entry has the line of the source, which is not what the code does.</summary>
    public bool HasLines { get; private init; }

    /// <summary>
    /// True where the kernel works on the entries as it loads a module. What they refer to has to be known then: livepatch's
    /// relocations to symbols of modules come later. So it is of ftrace, alternatives, exceptions (which are sorted) and jump labels.
    /// </summary>
    public bool IsReadAtLoad { get; private init; } = true;

    /// <summary>True for the entries that say where ftrace can attach.</summary>
    public bool IsTraceSites => Name == "__patchable_function_entries";

    /// <summary>True for jump labels, whose entry refers to a static key at offset 8.</summary>
    public bool IsJumpLabels => Name == "__jump_table";

    /// <summary>
    /// True for alternatives (struct alt_instr of arch/arm64/include/asm/alternative.h): an entry refers at
    /// <see cref="ReplacementOffset"/> to the code that the kernel may put in the place of the function's own, and has at
    /// <see cref="ReplacementBytesOffset"/> how many bytes that has.
    /// </summary>
    public bool IsAlternatives => Name == ".altinstructions";

    /// <summary>Where an entry of alternatives refers to the other code.</summary>
    internal const int ReplacementOffset = 4;

    /// <summary>Where an entry of alternatives has the size of the other code.</summary>
    internal const int ReplacementBytesOffset = 11;

    /// <summary>The table that a section is, or null.</summary>
    /// <param name="section">The section's name.</param>
    public static SpecialTable? Find(string section) => Array.Find(All, table => table.Name == section);
}
