using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Patching;

/// <summary>Knows why a compile failed that the source has no part in: room, memory, a limit of the machine.</summary>
internal static partial class MachineFault
{
    // errno(3): EIO, ENOMEM, ENFILE, EMFILE, EFBIG, ENOSPC, EROFS, EDQUOT. The compilers say it in the C library's words, which are
    // the same for us; they run with LC_ALL=C.
    private static readonly int[] Errors = [5, 12, 23, 24, 27, 28, 30, 122];

    // Not by errno: the kernel's killer of processes, limits of file sizes (SIGXFSZ), and allocators of the compilers' own.
    private static readonly string[] Words =
    [
        .. Errors.Select(Marshal.GetPInvokeErrorMessage),
        "Killed",
        "File size limit exceeded",
        "out of memory",
        "virtual memory exhausted",
    ];

    /// <summary>The line of a failed compile's stderr that tells of such a fault; null where none does.</summary>
    /// <param name="lines">The lines.</param>
    internal static string? Find(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => !SourceLine().IsMatch(line) && Words.Any(word => line.Contains(word, StringComparison.Ordinal)));

    // fs/x.c:12:3: error: 'Killed' undeclared; not {standard input}: Fatal error: can't write
    [GeneratedRegex(@"^[^:\s]+:\d+:|^\s+\d* \|")]
    private static partial Regex SourceLine();
}
