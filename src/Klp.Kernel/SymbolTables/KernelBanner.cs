using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Images;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// The text with which a kernel begins its log: <c>Linux version RELEASE (…</c> (linux_banner of init/version-timestamp.c).
/// </summary>
internal static class KernelBanner
{
    private const string Symbol = "linux_banner";
    private const string Start = "Linux version ";
    private const int LongestRelease = 64;
    private static readonly ulong TextBytes = (ulong)(Start.Length + LongestRelease + " (".Length);

    private static ReadOnlySpan<byte> StartBytes => "Linux version "u8;

    /// <summary>
    /// The release of the kernel in a vmlinux, as uname -r says it: where its symbols say that the text is, or where it is found in
    /// what is no code. Null where it cannot be read, and where several texts could be it.
    /// </summary>
    internal static string? ReadRelease(VmlinuxContents file)
    {
        if (!file.HasSymbols && !file.IsStripped)
            return null;
        using ElfImage image = ElfImage.Open(file.Path);
        return file.HasSymbols && SymbolCandidates.InVmlinux(image, Symbol) is [{ Value: var address }]
            ? ReleaseAt(image, address)
            : FindRelease(image);
    }

    private static string? ReleaseAt(ElfImage image, ulong address)
    {
        foreach (ElfSectionHeader section in image.Sections)
        {
            if (!section.HasContents
                || !section.Flags.HasFlag(ElfSectionFlags.Alloc)
                || address < section.Address
                || address - section.Address >= section.Size)
            {
                continue;
            }

            ulong offset = address - section.Address;
            return ReleaseOf(image.ReadAt(section.Offset + offset, Math.Min(section.Size - offset, TextBytes)));
        }

        return null;
    }

    // The section .rodata may be written to as the kernel starts, so its flags do not tell it from data.
    private static string? FindRelease(ElfImage image)
    {
        HashSet<string> found = [];
        for (int i = 0; i < image.Sections.Count; i++)
        {
            ElfSectionHeader section = image.Sections[i];
            if (!section.HasContents || !section.Flags.HasFlag(ElfSectionFlags.Alloc) || section.Flags.HasFlag(ElfSectionFlags.Execute))
                continue;
            byte[] contents = image.ReadSection(i);
            for (int at = 0; contents.AsSpan(at).IndexOf(StartBytes) is var next and >= 0; at += next + Start.Length)
            {
                int begin = at + next;
                if (ReleaseOf(contents.AsSpan(begin, Math.Min((int)TextBytes, contents.Length - begin))) is { } release
                    && !release.Contains('%', StringComparison.Ordinal))
                {
                    found.Add(release);
                }
            }
        }

        return found.Count == 1 ? found.Single() : null;
    }

    private static string? ReleaseOf(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        int end = text.IndexOf(" (", Math.Min(Start.Length, text.Length), StringComparison.Ordinal);
        return text.StartsWith(Start, StringComparison.Ordinal) && end > Start.Length && text.IndexOf(' ', Start.Length) == end
            ? text[Start.Length..end]
            : null;
    }
}
