namespace Klp.Kbuild.Disassembly;

/// <summary>An instruction in a listing.</summary>
/// <param name="Offset">Where it is in its function, in bytes.</param>
/// <param name="Text">Its text as objdump prints it, but for what it refers to.</param>
/// <param name="Reference">What it refers to: the target of a branch, or the relocation's type and symbol; null for nothing.</param>
public sealed record ListedInstruction(long Offset, string Text, string? Reference);
