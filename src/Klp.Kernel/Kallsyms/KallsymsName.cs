namespace Klp.Kernel.Kallsyms;

/// <summary>The names of vmlinux as a kernel compares them when it looks for one (kernel/kallsyms.c, compare_symbol_name).</summary>
internal static class KallsymsName
{
    /// <summary>The part of a name that is compared.</summary>
    /// <param name="name">The name in the kernel's list.</param>
    /// <param name="suffix">What begins the part that is left out; empty where whole names are compared.</param>
    internal static ReadOnlySpan<byte> AsCompared(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix)
    {
        int at = suffix.IsEmpty ? -1 : name.IndexOf(suffix);
        return at < 0 ? name : name[..at];
    }
}
