using System.Globalization;
using System.Text;

namespace Klp.Boot.Report;

/// <summary>A record of the kernel's log, as /dev/kmsg gives it (Documentation/ABI/testing/dev-kmsg).</summary>
/// <param name="Level">Syslog level: 0 emergency, 3 error, 4 warning, 6 information, 7 debug.</param>
/// <param name="Facility">Syslog facility: 0 is the kernel itself; user space cannot log as that.</param>
/// <param name="Sequence">Its number; one more than that of the record before.</param>
/// <param name="Timestamp">Time since the guest's boot, to the microsecond.</param>
/// <param name="Text">The message; may have several lines.</param>
public sealed record KernelLogRecord(int Level, int Facility, long Sequence, TimeSpan Timestamp, string Text)
{
    /// <summary>Beginnings of what the kernel logs when something is wrong with the kernel itself.</summary>
    private static readonly string[] ComplaintStarts =
    [
        "WARNING:", "BUG:", "BUG ", "[ BUG:", "Oops", "Internal error", "Call trace:", "Call Trace:", "Kernel panic",
        "Unable to handle kernel", "general protection fault", "kernel BUG at",
        "------------[ cut here ]", "UBSAN:", "watchdog: BUG", "Unexpected kernel",
        "INFO: task ", "INFO: possible circular locking", "INFO: possible recursive locking",
        "INFO: inconsistent lock state", "INFO: lockdep", "INFO: suspicious RCU usage",
        "INFO: trying to register non-static key", "rcu: INFO:",
    ];

    /// <summary>The same that may stand further inside a line.</summary>
    private static readonly string[] ComplaintParts =
    [
        "suspicious RCU usage", "inconsistent lock state", "possible circular locking dependency",
        "possible recursive locking", "possible irq lock inversion", "self-detected stall", "detected stalls",
    ];

    /// <summary>
    /// Whether the kernel complains of itself here: a warning with a back trace, an oops, a
    /// bug, lockdep, a stall. Not an error about its input, such as a refused module.
    /// </summary>
    public bool IsComplaint
    {
        get
        {
            string text = Text.TrimStart();
            return Array.Exists(ComplaintStarts, start => text.StartsWith(start, StringComparison.Ordinal)) ||
                Array.Exists(ComplaintParts, part => text.Contains(part, StringComparison.Ordinal));
        }
    }

    /// <summary>The record as the console and dmesg print it: "[    0.561234] zram: Added device: zram0".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{Timestamp.TotalSeconds,12:0.000000}] {Text}");

    /// <summary>Reads "level,sequence,microseconds,flags[,more];text", in which \xHH stands for a byte.</summary>
    /// <returns>Null if it is not such a record.</returns>
    internal static KernelLogRecord? Parse(ReadOnlySpan<byte> record)
    {
        int semicolon = record.IndexOf((byte)';');
        if (semicolon < 0)
            return null;
        string[] fields = Encoding.ASCII.GetString(record[..semicolon]).Split(',');
        if (fields.Length < 3 ||
            !int.TryParse(fields[0], CultureInfo.InvariantCulture, out int priority) ||
            !long.TryParse(fields[1], CultureInfo.InvariantCulture, out long sequence) ||
            !long.TryParse(fields[2], CultureInfo.InvariantCulture, out long microseconds))
        {
            return null;
        }
        return new KernelLogRecord(priority & 7, priority >> 3, sequence,
            TimeSpan.FromMicroseconds(microseconds),
            Encoding.UTF8.GetString(FrameReader.Unescape(record[(semicolon + 1)..])));
    }
}
