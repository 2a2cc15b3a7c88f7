namespace Klp.Patching.Diff;

/// <summary>A function or variable of a compiled unit. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Section">The section that it is in.</param>
/// <param name="Size">How many bytes it has.</param>
public sealed record NamedPart(string Name, string Section, ulong Size)
{
    internal static NamedPart Of(UnitPart part) => new(part.Name, part.Section.Name, part.Size);
}
