using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Klp.Kbuild.Processes;

/// <summary>
/// Runs a program with all its children as one group that ends with the build: when the build is cancelled, when MSBuild
/// gets SIGTERM, and, where setpriv is installed, when MSBuild is killed. They get SIGTERM first, upon which make deletes
/// the files it was writing.
/// </summary>
internal sealed partial class ProcessGroup
{
    private const int SignalTerminate = 15;
    private const int SignalKill = 9;
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly ProcessStartInfo start;

    /// <summary>Describes a run.</summary>
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or to unset where the value is null.</param>
    internal ProcessGroup(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        string[] command = [.. Wrap(), program, .. arguments];
        start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="onOutput">Receives each line of stdout; called on another thread.</param>
    /// <param name="onError">Receives each line of stderr; called on another thread.</param>
    /// <param name="cancellation">Ends the group.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; nothing of the group is left.</exception>
    /// <exception cref="IOException">The program cannot be started.</exception>
    internal int Run(Action<string> onOutput, Action<string> onError, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Forward(line.Data, onOutput);
        process.ErrorDataReceived += (_, line) => Forward(line.Data, onError);
        Start(process);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End(process));
        using CancellationTokenRegistration onCancel = cancellation.Register(() => End(process));
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    // setsid makes a group of its own; setpriv has the kernel send SIGTERM to make when the thread that waits for it is gone.
    private static IEnumerable<string> Wrap()
    {
        string[] deathSignal = ExecutableSearch.Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "TERM"] : [];
        string[] session = ExecutableSearch.Find("setsid") is { } setsid ? [setsid] : [];
        return [.. deathSignal, .. session];
    }

    private static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception problem)
        {
            throw new IOException($"{process.StartInfo.FileName} cannot be started: {problem.Message}", problem);
        }
    }

    private static void Forward(string? line, Action<string> receive)
    {
        if (line is not null)
            receive(line);
    }

    private static void End(Process process)
    {
        try
        {
            int group = -process.Id;
            // Without setsid there is no such group; then the children are found by their parents.
            if (SendSignal(group, SignalTerminate) != 0)
                process.Kill(entireProcessTree: true);
            else if (!process.WaitForExit(TimeToEnd))
                _ = SendSignal(group, SignalKill);
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
