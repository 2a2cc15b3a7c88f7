using System.Globalization;

namespace Klp.Boot.Testing;

/// <summary>What has tainted a kernel: the bits of /proc/sys/kernel/tainted (Documentation/admin-guide/tainted-kernels.rst).</summary>
internal static class KernelTaint
{
    /// <summary>Where the guest shows it.</summary>
    public const string File = "/proc/sys/kernel/tainted";

    /// <summary>What a livepatch is: one (K), built out of tree (O) and perhaps unsigned (E).</summary>
    private const ulong OfLivepatches = (1 << 15) | (1 << 12) | (1 << 13);

    /// <summary>In the order of the bits, from 0.</summary>
    private static readonly string[] Names =
    [
        "P: a proprietary module was loaded", "F: a module was loaded by force", "S: the kernel runs out of its specification",
        "R: a module was unloaded by force", "M: a machine check was reported", "B: a bad page was found",
        "U: user space asked for it", "D: the kernel has died, by an oops or a BUG", "A: an ACPI table was overridden",
        "W: the kernel warned", "C: a staging driver was loaded", "I: a bug of the firmware was worked around",
        "O: a module built out of tree was loaded", "E: an unsigned module was loaded", "L: a soft lockup occurred",
        "K: the kernel is live patched", "X: the distribution's own", "T: the layout of structures is randomised",
        "N: an in-kernel test ran", "J: fwctl changed a device",
    ];

    /// <summary>What has come to the taint that is not from livepatches.</summary>
    /// <param name="before">The file's content before the livepatches.</param>
    /// <param name="after">The same after them.</param>
    public static IEnumerable<string> Added(string before, string after)
    {
        ulong added = Parse(after) & ~Parse(before) & ~OfLivepatches;
        for (int bit = 0; bit < 64; bit++)
        {
            if ((added >> bit & 1) != 0)
                yield return bit < Names.Length ? Names[bit] : $"bit {bit}";
        }
    }

    private static ulong Parse(string text) =>
        ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong taint) ? taint : 0;
}
