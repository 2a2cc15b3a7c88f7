using System.Diagnostics.CodeAnalysis;

namespace Klp.DebugInfo.Types;

/// <summary>What kind of C type a <see cref="DebugType"/> is.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names that C has for them.")]
public enum DebugTypeKind
{
    /// <summary>Nothing is known of it: the debug information is damaged, or of a kind that C does not have.</summary>
    Unknown,

    /// <summary><c>void</c>.</summary>
    Void,

    /// <summary>An integer, <c>char</c> and <c>_Bool</c> included.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>An enumeration.</summary>
    Enumeration,

    /// <summary>A structure.</summary>
    Structure,

    /// <summary>A union.</summary>
    Union,

    /// <summary>A pointer to <see cref="DebugType.Target"/>.</summary>
    Pointer,

    /// <summary>An array of <see cref="DebugType.Target"/>.</summary>
    Array,

    /// <summary>A function that returns <see cref="DebugType.Target"/>.</summary>
    Function,

    /// <summary>A name for <see cref="DebugType.Target"/>.</summary>
    Alias,

    /// <summary><see cref="DebugType.Target"/> with const, volatile or restrict.</summary>
    Qualified,
}
