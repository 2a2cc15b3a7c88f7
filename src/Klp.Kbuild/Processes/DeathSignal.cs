using System.Collections.Concurrent;
using System.Diagnostics;

namespace Klp.Kbuild.Processes;

/// <summary>
/// Has the kernel send a program a signal when the thread that started it is gone, and the process with it: setpriv(1) of
/// util-linux asks for that (prctl(2), PR_SET_PDEATHSIG). Others, such as busybox's, do not know how.
/// </summary>
internal static class DeathSignal
{
    private const string Option = "--pdeathsig";

    // By their paths: the builds of one process of MSBuild have a PATH each.
    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>What to put before a command; nothing where no program asks the kernel for it.</summary>
    /// <param name="signal">The signal, such as <c>TERM</c>.</param>
    internal static string[] Wrap(string signal) =>
        ExecutableSearch.Find("setpriv") is { } setpriv && Known.GetOrAdd(setpriv, KnowsOption) ? [setpriv, Option, signal, "--"] : [];

    private static bool KnowsOption(string setpriv)
    {
        ProcessStartInfo start = new(setpriv, [Option, "TERM", "--", setpriv, "--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
