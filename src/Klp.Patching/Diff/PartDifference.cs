using System.Globalization;

namespace Klp.Patching.Diff;

/// <summary>One thing in which the two versions of a function or variable differ. Immutable.</summary>
/// <param name="Kind">In what.</param>
/// <param name="Offset">
/// Where, from the beginning of the new version in bytes, or of the old one where only that has it; null for what has no place.
/// </param>
/// <param name="Before">What the old version has there, for people; null for nothing.</param>
/// <param name="After">What the new version has there, for people; null for nothing.</param>
/// <param name="Table">The table's section, of <see cref="PartDifferenceKind.TableEntry"/>; else null.</param>
public sealed record PartDifference(PartDifferenceKind Kind, ulong? Offset, string? Before, string? After, string? Table = null)
{
    /// <summary>
    /// The difference as a phrase: <c>+0x14: refers to seq_puts (R_AARCH64_CALL26), before to seq_printf (R_AARCH64_CALL26)</c>.
    /// </summary>
    public override string ToString() => Place + Kind switch
    {
        PartDifferenceKind.Section => $"is in {After}, before in {Before}",
        PartDifferenceKind.Size => $"has {After} bytes, before {Before}",
        PartDifferenceKind.Bytes => Changed("the bytes are", "no bytes", ", before "),
        PartDifferenceKind.StringContents => $"the string \"{After}\", before \"{Before}\"",
        PartDifferenceKind.TableEntry => Changed($"the entry in {Table} is", $"no entry in {Table}", ", before "),
        PartDifferenceKind.Part => (Before, After) switch
        {
            (null, _) => $"its part {After} is new",
            (_, null) => $"its part {Before} is gone",
            _ => $"its part {After} changed",
        },
        _ => Changed("refers to", "no reference", ", before to "),
    };

    private string Place => Offset is { } offset ? string.Create(CultureInfo.InvariantCulture, $"+0x{offset:x}: ") : "";

    private string Changed(string has, string none, string before) =>
        After is null ? $"{none}{before}{Before}" : Before is null ? $"{has} {After}, before {none}" : $"{has} {After}{before}{Before}";
}
