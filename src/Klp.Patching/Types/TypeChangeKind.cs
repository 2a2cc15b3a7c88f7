namespace Klp.Patching.Types;

/// <summary>What a <see cref="TypeChange"/> is about.</summary>
public enum TypeChangeKind
{
    /// <summary>The layout of a structure, union or enumeration.</summary>
    Layout,

    /// <summary>The number of an enumeration's value, where the enumeration has no name.</summary>
    Constant,

    /// <summary>The type of a variable that the kernel has.</summary>
    Variable,

    /// <summary>The type of a function that other units of its image can call, and that is not exported.</summary>
    Global,

    /// <summary>The type of an exported function or variable.</summary>
    Export,
}
