using System.Globalization;
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
    internal static string? Find(IEnumerable<string> lines) => lines.FirstOrDefault(line => !SourceLine().IsMatch(line) && Tells(line));

    private static bool Tells(string line) => Words.Any(word => line.Contains(word, StringComparison.Ordinal))
        || (LoaderError().Match(line) is { Success: true } error && Errors.Contains(Number(error)));

    private static int Number(Match error) => int.Parse(error.ValueSpan, CultureInfo.InvariantCulture);

    // fs/x.c:12:3: error: 'Killed' undeclared; not {standard input}: Fatal error: can't write
    [GeneratedRegex(@"^[^:\s]+:\d+:|^\s+\d* \|")]
    private static partial Regex SourceLine();

    // The dynamic loader has no words yet: libc.so.6: cannot open shared object file: Error 24
    [GeneratedRegex("(?<=: Error )[0-9]{1,3}$")]
    private static partial Regex LoaderError();
}
