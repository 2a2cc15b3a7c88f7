namespace Klp.Kbuild.Patching;

/// <summary>What the source of an object is written in.</summary>
public enum UnitLanguage
{
    /// <summary>C: what a livepatch can carry.</summary>
    C,

    /// <summary>Assembler, which includes headers of C.</summary>
    Assembler,

    /// <summary>Rust.</summary>
    Rust,
}
