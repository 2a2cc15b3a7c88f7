using System.Text;
using Klp.Elf;

namespace Klp.Livepatch.Kernel;

/// <summary>The text with which a kernel begins its log: <c>Linux version RELEASE (…</c> (linux_banner of init/version-timestamp.c).</summary>
internal static class KernelBanner
{
    private const string Symbol = "linux_banner";
    private const string Start = "Linux version ";
    private const int LongestRelease = 64;

    /// <summary>The release of the kernel in a vmlinux with its symbols, as uname -r says it; null where that cannot be read.</summary>
    internal static string? ReadRelease(VmlinuxContents file)
    {
        if (!file.HasSymbols)
            return null;
        using ElfImage image = ElfImage.Open(file.Path);
        if (SymbolCandidates.InVmlinux(image, Symbol) is not [{ Value: var address }])
            return null;
        foreach (ElfSectionHeader section in image.Sections)
        {
            if (!section.HasContents || !section.Flags.HasFlag(ElfSectionFlags.Alloc) || address < section.Address || address - section.Address >= section.Size)
                continue;
            ulong offset = address - section.Address;
            string text = Encoding.Latin1.GetString(image.ReadAt(section.Offset + offset, Math.Min(section.Size - offset, (ulong)(Start.Length + LongestRelease + 1))));
            int end = text.IndexOf(' ', Math.Min(Start.Length, text.Length));
            return text.StartsWith(Start, StringComparison.Ordinal) && end > 0 ? text[Start.Length..end] : null;
        }

        return null;
    }
}
