using System.Diagnostics.CodeAnalysis;

namespace Klp.Elf.Constants;

/// <summary>The type in the lower four bits of <c>st_info</c> (gABI, "Symbol Table").</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "STT_OBJECT is the specification's name.")]
public enum ElfSymbolType
{
    /// <summary><c>STT_NOTYPE</c> (0).</summary>
    NoType = 0,

    /// <summary><c>STT_OBJECT</c> (1): a variable.</summary>
    Object = 1,

    /// <summary><c>STT_FUNC</c> (2): a function.</summary>
    Function = 2,

    /// <summary><c>STT_SECTION</c> (3): stands for a section.</summary>
    Section = 3,

    /// <summary><c>STT_FILE</c> (4): the name of the source file of the local symbols that follow.</summary>
    File = 4,

    /// <summary><c>STT_COMMON</c> (5).</summary>
    Common = 5,

    /// <summary><c>STT_TLS</c> (6).</summary>
    ThreadLocal = 6,
}
