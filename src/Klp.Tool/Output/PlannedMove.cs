namespace Klp.Tool.Output;

/// <summary>A relocation, or an entry of a special section, that moves to a livepatch section.</summary>
/// <param name="Section">The section that the relocation applies to, or that the entry is in.</param>
/// <param name="Offset">Its offset there, in bytes.</param>
/// <param name="LivepatchSection">Where it moves.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record PlannedMove(string Section, ulong Offset, string LivepatchSection, string Reason);
