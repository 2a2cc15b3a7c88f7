using System.Diagnostics;
using Klp.Boot.Host;

namespace Klp.Boot.Machine;

/// <summary>Starts QEMU so that it cannot outlive this process.</summary>
/// <remarks>
/// setpriv(1) of util-linux sets PR_SET_PDEATHSIG for it, so that it dies even with a process
/// that gets SIGKILL, as test hosts do. That signal goes with the thread that started the
/// child, hence one of its own here, which lives as long as the child.
/// </remarks>
internal static class QemuProcess
{
    private static readonly Lazy<string?> Setpriv = new(FindSetpriv);

    /// <summary>Starts QEMU with its error output redirected, its own output too, which stays empty, and an input that is at its end.</summary>
    public static Task<Process> StartAsync(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = Setpriv.Value is null
            ? new(program, arguments)
            : new(Setpriv.Value, ["--pdeathsig", "KILL", "--", program, .. arguments]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => StartAndWait(start, started)) { IsBackground = true, Name = "QEMU" };
        thread.Start();
        return started.Task;
    }

    private static void StartAndWait(ProcessStartInfo start, TaskCompletionSource<Process> started)
    {
        Process process;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
        }
        catch (Exception e)
        {
            started.SetException(e);
            return;
        }
        started.SetResult(process);
        process.WaitForExit();
    }

    /// <summary>Its path; null where it is missing, or another one (busybox) without the option.</summary>
    private static string? FindSetpriv()
    {
        if (HostProgram.Find("setpriv") is not { } setpriv)
            return null;
        var start = new ProcessStartInfo(setpriv, ["--pdeathsig", "KILL", "--", setpriv, "--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0 ? setpriv : null;
    }
}
