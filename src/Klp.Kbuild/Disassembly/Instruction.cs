namespace Klp.Kbuild.Disassembly;

/// <summary>An instruction as the tree's objdump prints it.</summary>
/// <param name="Offset">Where it is in its section, in bytes.</param>
/// <param name="Text">Its text, with single spaces, and without the place that a branch leads to.</param>
/// <param name="Target">The place in the same section that the text names, in bytes; null where it names none.</param>
public sealed record Instruction(ulong Offset, string Text, ulong? Target);
