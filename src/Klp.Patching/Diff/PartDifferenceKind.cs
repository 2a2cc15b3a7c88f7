namespace Klp.Patching.Diff;

/// <summary>In what the two versions of a function or variable differ.</summary>
public enum PartDifferenceKind
{
    /// <summary>The kind of section that it is in: written to, executed.</summary>
    Section,

    /// <summary>How many bytes it has.</summary>
    Size,

    /// <summary>Its bytes: the code, or the value of a variable.</summary>
    Bytes,

    /// <summary>What a relocation leads to, or its type.</summary>
    Reference,

    /// <summary>The contents of a string that it uses.</summary>
    StringContents,

    /// <summary>An entry that a table of the kernel has for it.</summary>
    TableEntry,

    /// <summary>A part of the function that stands apart from it, as its <c>.cold</c>.</summary>
    Part,
}
