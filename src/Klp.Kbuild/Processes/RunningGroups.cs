using System.Runtime.InteropServices;

namespace Klp.Kbuild.Processes;

/// <summary>
/// The groups that run now; they end with this process. For a process that is killed itself, see <see cref="DeathSignal"/>.
/// </summary>
internal static class RunningGroups
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<ProcessGroup> Groups = [];
    private static PosixSignalRegistration[]? signals;

    /// <summary>Counts a group in that was started.</summary>
    internal static void Add(ProcessGroup group)
    {
        lock (Gate)
        {
            if (signals is null)
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();
                signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                    .Select(signal => PosixSignalRegistration.Create(signal, _ => EndAll()))];
            }

            Groups.Add(group);
        }
    }

    /// <summary>Counts a group out that has ended.</summary>
    internal static void Remove(ProcessGroup group)
    {
        lock (Gate)
            Groups.Remove(group);
    }

    private static void EndAll()
    {
        ProcessGroup[] running;
        lock (Gate)
            running = [.. Groups];
        foreach (ProcessGroup group in running)
        {
            group.End();
            group.CleanUp();
        }
    }
}
