namespace Klp.DebugInfo.Types;

/// <summary>How a compiler laid a structure out.</summary>
/// <param name="Name">The structure's tag.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Offsets">Where its named members are, in bytes from its start.</param>
public sealed record DebugStructure(string Name, ulong Size, IReadOnlyDictionary<string, ulong> Offsets);
