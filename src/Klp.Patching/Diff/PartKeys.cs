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
    private readonly Dictionary<UnitPart, string> bodies = [];
    private readonly HashSet<UnitPart> open = [];

    /// <summary>What a part does or holds: equal texts stand for equal parts.</summary>
    internal string Body(UnitPart part)
    {
        if (bodies.TryGetValue(part, out string? known))
            return known;
        // Constants that refer to each other in a circle are told apart by what else they hold.
        if (!open.Add(part))
            return "…";
        StringBuilder text = new();
        AppendContents(text, part);
        foreach (PartReference reference in unit.ReferencesOf(part))
            AppendReference(text, reference);
        foreach (PartReference branch in SharedCode.Branches(unit, part))
            AppendReference(text, branch);
        if (part.Kind == PartKind.Function)
            AppendEntries(text, part);
        open.Remove(part);
        return bodies[part] = text.ToString();
    }

    /// <summary>What a reference leads to.</summary>
    internal string Target(PartReference reference)
    {
        long offset = reference.TargetOffset;
        // The code of an alternative that is kept apart from its function: where depends on what comes before it.
        if (reference is { Target: null, Relocation.Symbol.Section: { } elsewhere } && elsewhere.Flags.HasFlag(ElfSectionFlags.Execute))
            return "P:" + elsewhere.Name;
        if (reference.Target is not { } target)
            return Invariant($"E:{PartNames.Stem(reference.ExternalName!)}+{offset}");
        if (target.Kind == PartKind.Strings)
            return "S:" + StringAt(target, offset);
        if (target.Section.Flags.HasFlag(ElfSectionFlags.Merge) && LiteralAt(target, offset) is { } literal)
            return "L:" + literal;
        if (target.Kind == PartKind.Anonymous)
            return Invariant($"A:{target.IsWritable}:{Hash(Body(target))}+{offset}");
        if (IsKnownByContents(target))
            return Invariant($"M:{PartNames.Stem(target.Name)}:{target.Size}:{Hash(Body(target))}+{offset}");
        return Invariant($"{nameOf(target)}+{offset}");
    }

    // Which number a macro's variable or a constant of a function has says nothing; a function may have several constants of a name.
    private static bool IsKnownByContents(UnitPart part) => part is { Kind: PartKind.Variable, IsGlobal: false }
        && (PartNames.IsOfMacro(part.Name) || (!part.IsWritable && PartNames.IsNumbered(part.Name)));

    private void AppendContents(StringBuilder text, UnitPart part)
    {
        text.Append(CultureInfo.InvariantCulture, $"{part.Section.Flags & ~ElfSectionFlags.Merge}:{part.Size}:");
        text.Append(Convert.ToHexString(SharedCode.Contents(unit, part)));
    }

    private void AppendReference(StringBuilder text, PartReference reference) =>
        text.Append(CultureInfo.InvariantCulture, $"\n{reference.Offset}:{reference.Relocation.Type}:{Target(reference)}");

    private void AppendEntries(StringBuilder text, UnitPart function)
    {
        foreach (TableEntry entry in unit.EntriesOf(function))
        {
            byte[] contents = entry.Contents.ToArray();
            if (entry.Table.Line(entry.Size) is { } line)
                contents.AsSpan(line.Offset, line.Bytes).Clear();
            text.Append(CultureInfo.InvariantCulture, $"\n{entry.Table.Name}@{entry.OwnerOffset}:{Convert.ToHexString(contents)}");
            foreach (PartReference reference in entry.References)
                AppendReference(text, reference with { Target = reference.Target == function ? null : reference.Target, ExternalName = reference.Target == function ? "own" : reference.ExternalName });
        }
    }

    private static string StringAt(UnitPart strings, long offset)
    {
        if (offset < 0 || (ulong)offset >= strings.Size)
            return "";
        ReadOnlySpan<byte> rest = strings.Contents[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]);
    }

    private static string? LiteralAt(UnitPart part, long offset)
    {
        ElfSection section = part.Section;
        ulong start = (ulong)offset + part.Offset;
        if (section.EntrySize is 0 or > 64 || start % section.EntrySize != 0 || start + section.EntrySize > section.Size || !section.HasContents)
            return null;
        return Convert.ToHexString(((ElfDataSection)section).Contents.Slice((int)start, (int)section.EntrySize));
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
