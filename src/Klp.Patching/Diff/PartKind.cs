namespace Klp.Patching.Diff;

/// <summary>What a part of a compiled unit is.</summary>
public enum PartKind
{
    /// <summary>Code that a symbol names.</summary>
    Function,

    /// <summary>
    /// Code that the kernel may put in the place of a function's own (struct alt_instr), where it is kept apart from the function: at
    /// the end of a section that several functions share.
    /// </summary>
    Alternative,

    /// <summary>A variable that a symbol names.</summary>
    Variable,

    /// <summary>Strings that the linker may merge: their contents are all that counts.</summary>
    Strings,

    /// <summary>Bytes that no symbol names: a switch's table, a literal, or a table that the kernel reads.</summary>
    Anonymous,
}
