using System.Globalization;

namespace Klp.Patching.Diff;

/// <summary>An entry that a table has for a function, and what it means.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Contents">Its bytes, without the line of the source.</param>
/// <param name="References">What it refers to; the function itself is called <c>its own</c>.</param>
internal sealed record BodyEntry(TableEntry Entry, byte[] Contents, IReadOnlyList<BodyReference> References)
{
    // No symbol has a blank.
    private const string Own = "its own";

    /// <summary>The entry with its places in the function.</summary>
    internal string Text { get; } = string.Create(CultureInfo.InvariantCulture, $"{Entry.Table.Name}@{Entry.OwnerOffset}:")
        + TextOf(Contents, References.Select(reference => reference.Text));

    /// <summary>The entry without its places in the function.</summary>
    internal string Meaning => TextOf(Contents, References.Select(reference => IsOwn(reference.Reference) ? Own : reference.Text));

    /// <summary>The entry for people: its bytes, and what it refers to but for its place.</summary>
    internal string Name
    {
        get
        {
            string[] others = [.. References.Where(reference => reference.Reference.Offset != (ulong)Entry.Table.OwnerOffset)
                .Select(reference => reference.Name)];
            return Convert.ToHexStringLower(Contents) + (others.Length == 0 ? "" : $" ({string.Join(", ", others)})");
        }
    }

    /// <summary>A reference of an entry to the function that it belongs to.</summary>
    internal static PartReference OwnReference(PartReference reference) => reference with { Target = null, ExternalName = Own };

    /// <summary>True for one that <see cref="OwnReference"/> made.</summary>
    internal static bool IsOwn(PartReference reference) => reference is { Target: null, ExternalName: Own };

    private static string TextOf(byte[] contents, IEnumerable<string> references) =>
        string.Join('\n', references.Prepend(Convert.ToHexString(contents)));
}
