using System.Globalization;

namespace Klp.Patching.Diff;

/// <summary>A reference of a part, and what it means.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Key">What it leads to: equal keys stand for the same in both versions of the unit.</param>
internal sealed record BodyReference(PartReference Reference, string Key)
{
    /// <summary>What it leads to, for people.</summary>
    internal string Name => ReferenceNames.Of(Reference);

    /// <summary>The reference with its place.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{Reference.Offset}:{Meaning}");

    /// <summary>The reference without its place.</summary>
    internal string Meaning => string.Create(CultureInfo.InvariantCulture, $"{Reference.Relocation.Type}:{Key}");
}
