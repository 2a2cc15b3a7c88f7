using System.Globalization;
using System.Text;
using Klp.Elf.Constants;

namespace Klp.Patching.Diff;

/// <summary>What a part does or holds, in words that do not depend on where the compiler put it.</summary>
/// <param name="Flags">Its section's flags, but for that it may be merged.</param>
/// <param name="Memory">Of a variable: which memory it is in, and by how many bytes it is aligned.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Contents">Its bytes, without distances out of it.</param>
/// <param name="References">What it refers to, by the order of the places.</param>
/// <param name="Entries">What tables have of it, in their order.</param>
internal sealed record PartBody(
    ElfSectionFlags Flags,
    string Memory,
    ulong Size,
    byte[] Contents,
    IReadOnlyList<BodyReference> References,
    IReadOnlyList<BodyEntry> Entries)
{
    /// <summary>The body as a text: equal texts stand for equal bodies.</summary>
    internal string Text { get; } = TextOf(Flags, Memory, Size, Contents, References, Entries);

    private static string TextOf(
        ElfSectionFlags flags,
        string memory,
        ulong size,
        byte[] contents,
        IReadOnlyList<BodyReference> references,
        IReadOnlyList<BodyEntry> entries)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{flags}:{memory}:{size}:{Convert.ToHexString(contents)}");
        foreach (BodyReference reference in references)
            text.Append('\n').Append(reference.Text);
        foreach (BodyEntry entry in entries)
            text.Append('\n').Append(entry.Text);
        return text.ToString();
    }
}
