using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Klp.Kbuild.Processes;

/// <summary>
/// A program that runs with all its children as one group, which ends with this process: at its regular end, at Ctrl-C,
/// SIGTERM, SIGHUP and SIGQUIT, and, where util-linux's setpriv is installed, when it is killed. The group gets SIGTERM first,
/// upon which make deletes the files it was writing.
/// </summary>
/// <param name="program">The program's file.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="environment">Variables to set, or to unset where the value is null; null for no change.</param>
public sealed partial class ProcessGroup(
    string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) : IDisposable
{
    private const int SignalTerminate = 15;
    private const int SignalKill = 9;
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process process = new();
    private readonly TaskCompletionSource released = new();
    private volatile bool isEnded;

    /// <summary>True to end the group with SIGKILL at once: nothing that it does is worth being finished.</summary>
    public bool EndsAtOnce { get; init; }

    /// <summary>The folder in which the program runs; null for that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Called after the group was ended because this process ends.</summary>
    public Action CleanUp { get; init; } = () => { };

    /// <summary>The exit code of a program that has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>What the program writes to stderr, after <see cref="StartAsync"/>.</summary>
    public Stream Error => process.StandardError.BaseStream;

    /// <summary>What the program writes to stdout, after <see cref="StartAsync"/>.</summary>
    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>The program's stdin, after <see cref="StartAsync"/>.</summary>
    public Stream Input => process.StandardInput.BaseStream;

    /// <summary>Runs the program to its end, with an empty stdin.</summary>
    /// <param name="onOutput">Receives each line of stdout; called on another thread.</param>
    /// <param name="onError">Receives each line of stderr; called on another thread.</param>
    /// <param name="cancellation">Ends the group.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">
    /// The run was cancelled, or the group was ended because this process ends; nothing of the group is left.
    /// </exception>
    /// <exception cref="IOException">The program cannot be started.</exception>
    internal int Run(Action<string> onOutput, Action<string> onError, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        process.OutputDataReceived += (_, line) => Forward(line.Data, onOutput);
        process.ErrorDataReceived += (_, line) => Forward(line.Data, onError);
        Start();
        try
        {
            using CancellationTokenRegistration onCancel = cancellation.Register(End);
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
        }
        finally
        {
            RunningGroups.Remove(this);
        }

        cancellation.ThrowIfCancellationRequested();
        // A signal may end the group before it cancels; the exit code of a program that we ended says nothing of its work.
        return isEnded ? throw new OperationCanceledException() : process.ExitCode;
    }

    /// <summary>Starts the program; <see cref="Input"/>, <see cref="Output"/> and <see cref="Error"/> are the caller's then.</summary>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public Task StartAsync()
    {
        // The kernel takes the end of the thread that started the program for that of the process (prctl(2), PR_SET_PDEATHSIG).
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() => StartAndWait(started)) { IsBackground = true, Name = Path.GetFileName(program) };
        thread.Start();
        return started.Task;
    }

    /// <summary>Ends once the program has.</summary>
    /// <param name="cancellation">Ends the waiting, not the program.</param>
    public Task WaitForExitAsync(CancellationToken cancellation) => process.WaitForExitAsync(cancellation);

    /// <summary>Ends the group, if it still runs.</summary>
    public void End()
    {
        try
        {
            if (process.HasExited)
                return;
            isEnded = true;
            int group = -process.Id;
            // Without setsid there is no such group; then the children are found by their parents.
            if (SendSignal(group, EndsAtOnce ? SignalKill : SignalTerminate) != 0)
                process.Kill(entireProcessTree: true);
            else if (!EndsAtOnce && !process.WaitForExit(TimeToEnd))
                _ = SendSignal(group, SignalKill);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended in the meantime.
        }
    }

    /// <summary>
    /// Lets go of a program that has ended, or that was never started; one that <see cref="StartAsync"/> started ends then.
    /// </summary>
    public void Dispose()
    {
        RunningGroups.Remove(this);
        released.TrySetResult();
        process.Dispose();
    }

    private void StartAndWait(TaskCompletionSource started)
    {
        try
        {
            Start();
        }
        catch (IOException problem)
        {
            started.SetException(problem);
            return;
        }

        started.SetResult();
        released.Task.Wait();
    }

    private void Start()
    {
        string[] command =
        [
            .. DeathSignal.Wrap(EndsAtOnce ? "KILL" : "TERM"),
            .. ExecutableSearch.Find("setsid") is { } setsid ? [setsid] : Array.Empty<string>(),
            program,
            .. arguments,
        ];
        process.StartInfo = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            process.StartInfo.Environment[name] = value;
        try
        {
            process.Start();
        }
        catch (Win32Exception problem)
        {
            throw new IOException($"{command[0]} cannot be started: {problem.Message}", problem);
        }

        RunningGroups.Add(this);
    }

    private static void Forward(string? line, Action<string> receive)
    {
        if (line is not null)
            receive(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
