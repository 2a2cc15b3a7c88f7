namespace Klp.Kbuild.Patching;

/// <summary>What a recorded command is made to give.</summary>
internal enum UnitOutput
{
    /// <summary>The object, as the kernel's build made it.</summary>
    Plain,

    /// <summary>An object with a section for each function and variable, and debug information of all types.</summary>
    Sections,

    /// <summary>The preprocessed source, as genksyms reads it.</summary>
    Preprocessed,

    /// <summary>The preprocessed source, as the compiler reads it.</summary>
    Expanded,
}
