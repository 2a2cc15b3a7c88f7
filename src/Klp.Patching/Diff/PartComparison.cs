using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Relocations;
using Klp.Patching.Patches;

namespace Klp.Patching.Diff;

/// <summary>Says in what two versions of a part differ: in something, where their bodies are not equal.</summary>
internal sealed class PartComparison
{
    private const int ShownBytes = 8;

    private readonly UnitPart original;
    private readonly UnitPart patched;
    private readonly PartBody before;
    private readonly PartBody after;
    private readonly RelocationTypes types;
    private readonly List<PartDifference> found = [];

    private PartComparison(UnitPart original, PartBody before, UnitPart patched, PartBody after, ElfMachine machine)
    {
        this.original = original;
        this.before = before;
        this.patched = patched;
        this.after = after;
        types = RelocationTypes.For(machine);
    }

    internal static IReadOnlyList<PartDifference> Find(
        UnitPart original, PartBody before, UnitPart patched, PartBody after, ElfMachine machine)
    {
        if (before.Text == after.Text)
            return [];
        PartComparison comparison = new(original, before, patched, after, machine);
        comparison.CompareContents();
        comparison.CompareReferences();
        comparison.CompareEntries();
        if (comparison.found.Count == 0)
            comparison.AddMoved();
        return comparison.found;
    }

    private void CompareContents()
    {
        if (before.Flags != after.Flags)
            Add(PartDifferenceKind.Section, null, $"{original.Section.Name} ({before.Flags})", $"{patched.Section.Name} ({after.Flags})");
        else if (before.Memory != after.Memory)
            Add(PartDifferenceKind.Section, null, $"{original.Section.Name}, {before.Memory}", $"{patched.Section.Name}, {after.Memory}");
        if (before.Size != after.Size)
            Add(
                PartDifferenceKind.Size,
                null,
                before.Size.ToString(CultureInfo.InvariantCulture),
                after.Size.ToString(CultureInfo.InvariantCulture));
        int same = before.Contents.AsSpan().CommonPrefixLength(after.Contents);
        if (same == before.Contents.Length && same == after.Contents.Length)
            return;
        if (patched.Kind == PartKind.Function)
            same -= same % A64Branch.Bytes;
        Add(PartDifferenceKind.Bytes, (ulong)same, BytesAt(before.Contents, same), BytesAt(after.Contents, same));
    }

    // An address takes two relocations: it is told once.
    private void CompareReferences()
    {
        HashSet<(string?, string?)> told = [];
        foreach ((BodyReference? old, BodyReference? made) in SequenceChanges.Find(
            before.References, after.References, reference => reference.Meaning))
        {
            bool areStrings = old?.Reference.Target is { Kind: PartKind.Strings }
                && made?.Reference.Target is { Kind: PartKind.Strings }
                && old.Key != made.Key;
            if (!told.Add((old?.Name, made?.Name)) && old?.Name != made?.Name)
                continue;
            ulong offset = (made ?? old)!.Reference.Offset;
            if (areStrings)
                Add(PartDifferenceKind.StringContents, offset, StringOf(old!), StringOf(made!));
            else
                Add(PartDifferenceKind.Reference, offset, NameOf(old, made), NameOf(made, old));
        }
    }

    private void CompareEntries()
    {
        foreach (string table in before.Entries
            .Concat(after.Entries)
            .Select(entry => entry.Entry.Table.Name)
            .Distinct(StringComparer.Ordinal))
        {
            BodyEntry[] old = [.. before.Entries.Where(entry => entry.Entry.Table.Name == table)];
            BodyEntry[] made = [.. after.Entries.Where(entry => entry.Entry.Table.Name == table)];
            foreach ((BodyEntry? was, BodyEntry? now) in SequenceChanges.Find(old, made, entry => entry.Text))
            {
                // That entries of code behind a change moved follows from the change.
                if (found.Count > 0 && was?.Meaning == now?.Meaning)
                    continue;
                bool withPlace = was?.Name == now?.Name;
                found.Add(new PartDifference(
                    PartDifferenceKind.TableEntry,
                    (ulong)(now ?? was)!.Entry.OwnerOffset,
                    TextOf(was, withPlace),
                    TextOf(now, withPlace),
                    table));
            }
        }
    }

    // The same references in the same order and equal bytes: at other places.
    private void AddMoved()
    {
        (BodyReference old, BodyReference made) = before.References
            .Zip(after.References)
            .FirstOrDefault(pair => pair.First.Text != pair.Second.Text);
        if (made is null)
            Add(PartDifferenceKind.TableEntry, null, "in another order", "in this order");
        else
            Add(
                PartDifferenceKind.Reference,
                made.Reference.Offset,
                string.Create(CultureInfo.InvariantCulture, $"{NameOf(old, made)} at +0x{old.Reference.Offset:x}"),
                NameOf(made, old));
    }

    private void Add(PartDifferenceKind kind, ulong? offset, string? old, string? made) =>
        found.Add(new PartDifference(kind, offset, old, made));

    private static string? BytesAt(byte[] contents, int offset) => offset == contents.Length ? null
        : Convert.ToHexStringLower(contents.AsSpan(offset, Math.Min(ShownBytes, contents.Length - offset)))
            + (contents.Length - offset > ShownBytes ? "…" : "");

    private static string? StringOf(BodyReference reference)
    {
        (string text, long place) = PartContents.StringOf(reference.Reference);
        return ReferenceNames.WithOffset(PatchText.Excerpt(text), place);
    }

    private string? NameOf(BodyReference? reference, BodyReference? other)
    {
        if (reference is null)
            return null;
        string contents = other is not null && other.Name == reference.Name && other.Key != reference.Key
            ? $", contents {Digest(reference)}"
            : "";
        return $"{reference.Name}{contents} ({types.Name(reference.Reference.Relocation.Type)})";
    }

    // Two that have the same name differ by what they hold.
    private static string Digest(BodyReference reference) => PartContents.Digest(reference.Key);

    private static string? TextOf(BodyEntry? entry, bool withPlace) => entry is null ? null
        : withPlace ? string.Create(CultureInfo.InvariantCulture, $"{entry.Name} at +0x{entry.Entry.OwnerOffset:x}") : entry.Name;
}
