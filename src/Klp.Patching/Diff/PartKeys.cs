using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// Says of the parts of one unit what they are, in words that do not depend on where the compiler put them or which numbers it
/// gave: what has a name is known by it, strings and what has none by their contents.
/// </summary>
/// <param name="unit">The unit.</param>
/// <param name="nameOf">The name by which a part is known in both versions of the unit.</param>
internal sealed class PartKeys(UnitObject unit, Func<UnitPart, string> nameOf)
{
    private readonly Dictionary<UnitPart, PartBody> bodies = [];
    private readonly HashSet<UnitPart> open = [];

    /// <summary>What a part does or holds.</summary>
    internal PartBody Body(UnitPart part)
    {
        if (bodies.TryGetValue(part, out PartBody? known))
            return known;
        open.Add(part);
        PartBody body = new(
            part.Section.Flags & ~ElfSectionFlags.Merge,
            DataMemory.Of(part),
            part.Size,
            SharedCode.Contents(unit, part),
            [.. unit.ReferencesOf(part).Select(Read)],
            part.Kind == PartKind.Function ? [.. unit.EntriesOf(part).Select(entry => Read(part, entry))] : []);
        open.Remove(part);
        return bodies[part] = body;
    }

    /// <summary>What a reference leads to.</summary>
    internal string Target(PartReference reference)
    {
        long offset = reference.TargetOffset;
        if (BodyEntry.IsOwn(reference))
            return Invariant($"own+{offset}");
        // What nobody names beside what has a name: any of it may be meant.
        if (reference is { Target: null, Relocation.Symbol.Section: ElfDataSection elsewhere })
            return Invariant($"P:{elsewhere.Name}:{reference.Relocation.Target?.Offset}:{Hash(elsewhere)}");
        if (reference.Target is not { } target)
            return Invariant($"E:{PartNames.Stem(reference.ExternalName!)}+{offset}");
        if (target.Kind == PartKind.Strings)
        {
            (string text, long place) = PartContents.StringOf(reference);
            return Invariant($"S:{place}:{text}");
        }

        if (PartContents.LiteralAt(target, offset) is { } literal)
            return "L:" + literal;
        if (target.Kind == PartKind.Anonymous)
            return Invariant($"A:{target.IsWritable}:{HashOf(target)}+{offset}");
        if (IsKnownByContents(target))
            return Invariant($"M:{PartNames.Stem(target.Name)}:{target.Size}:{HashOf(target)}+{offset}");
        return Invariant($"{nameOf(target)}+{offset}");
    }

    // Which number a macro's variable or a constant of a function has says nothing; a function may have several constants of a name.
    private bool IsKnownByContents(UnitPart part) => unit.IsOfMacro(part) || UnitDiff.IsNumberedConstant(part);

    private BodyReference Read(PartReference reference) => new(reference, Target(reference));

    private BodyEntry Read(UnitPart function, TableEntry entry)
    {
        byte[] contents = entry.Contents.ToArray();
        if (entry.Line is { } line)
            contents.AsSpan(line.Offset, line.Bytes).Clear();
        return new BodyEntry(entry, contents, [.. entry.References.Select(reference => ReadOfEntry(function, entry, reference))]);
    }

    private BodyReference ReadOfEntry(UnitPart function, TableEntry entry, PartReference reference)
    {
        if (reference.Target == function)
            return Read(BodyEntry.OwnReference(reference));
        // Where the code of an alternative is that is kept apart from its function depends on what comes before it.
        return unit.AlternativeOf(entry, reference) is { } code
            ? new BodyReference(reference, TextOf(code))
            : Read(reference);
    }

    private string TextOf(UnitPart alternative) => Convert.ToHexString(SharedCode.Contents(unit, alternative))
        + string.Concat(unit.ReferencesOf(alternative).Select(reference => "\n" + Read(reference).Text));

    private static string Hash(ElfDataSection section) => section.HasContents ? Convert.ToHexString(SHA256.HashData(section.Contents)) : "";

    // Constants that refer to each other in a circle are told apart by what else they hold.
    private string HashOf(UnitPart part) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(open.Contains(part) ? "…" : Body(part).Text)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
