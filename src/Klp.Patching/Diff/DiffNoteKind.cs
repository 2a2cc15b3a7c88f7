namespace Klp.Patching.Diff;

/// <summary>What a note on a comparison is about.</summary>
public enum DiffNoteKind
{
    /// <summary>Functions that differ by the lines in <c>__bug_table</c> alone, which do not count.</summary>
    LinesIgnored,

    /// <summary>Sections that several functions share: they were compiled without -ffunction-sections.</summary>
    SharedCode,

    /// <summary>Sections that several variables share: they were compiled without -fdata-sections.</summary>
    SharedData,

    /// <summary>Static variables whose counterpart cannot be told.</summary>
    Ambiguous,

    /// <summary>Tables that are not of a known form, and are not compared.</summary>
    UnknownTable,
}
