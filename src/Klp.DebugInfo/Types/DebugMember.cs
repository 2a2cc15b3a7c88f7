namespace Klp.DebugInfo.Types;

/// <summary>A member of a structure or union, or a value of an enumeration.</summary>
/// <param name="Name">Its name; that of one inside of an unnamed member stands for itself, as it does in C.</param>
/// <param name="Offset">Where it is, in bytes from the start of the outermost type; an enumeration's value.</param>
/// <param name="BitOffset">Of a bit field: where it is, as the compiler counts bits; else 0.</param>
/// <param name="BitSize">Of a bit field: how many bits it has; else 0.</param>
/// <param name="Type">Its type as <see cref="DebugDeclarations"/> describes types; empty for an enumeration's value.</param>
public sealed record DebugMember(string Name, ulong Offset, ulong BitOffset, ulong BitSize, string Type);
