using System.Globalization;

namespace Klp.Tests;

/// <summary>Signals to the processes that tests start.</summary>
internal static class Signals
{
    // What ignores them hands that down to all that it starts: nohup, a shell to its jobs in the background, some CI runners.
    private static readonly string[] Reset = ["env", "--default-signal=HUP,INT,QUIT,TERM"];

    /// <summary>A command that can be ended by signals, whatever the process that runs the tests ignores.</summary>
    internal static string[] Heeding(string program, params IEnumerable<string> arguments) => [.. Reset, program, .. arguments];

    /// <summary>Sends a signal. The shell does it: the program kill is not on every machine.</summary>
    /// <param name="signal">Its name without SIG.</param>
    /// <param name="process">The process; a negative number is a process group's.</param>
    internal static void Send(string signal, int process) => Tool.Run("sh", "-c", $"kill -s {signal} -- {process.ToString(CultureInfo.InvariantCulture)}");
}
