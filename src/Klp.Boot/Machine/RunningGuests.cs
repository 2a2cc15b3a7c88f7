using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Klp.Boot.Machine;

/// <summary>The guests that run now: they end, and their folders go, with this process.</summary>
/// <remarks>
/// At its regular end, Ctrl-C, SIGTERM, SIGHUP and SIGQUIT they are killed from here. For a
/// process that is killed itself, see <see cref="QemuProcess"/>.
/// </remarks>
internal static class RunningGuests
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<(Process Process, string Folder)> Guests = [];
    private static PosixSignalRegistration[]? signals;

    /// <summary>Counts a guest in.</summary>
    public static void Add(Process process, string folder)
    {
        lock (Gate)
        {
            if (signals is null)
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();
                signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                    .Select(signal => PosixSignalRegistration.Create(signal, _ => EndAll()))];
            }
            Guests.Add((process, folder));
        }
    }

    /// <summary>Counts a guest out that has ended.</summary>
    public static void Remove(Process process, string folder)
    {
        lock (Gate)
            Guests.Remove((process, folder));
    }

    /// <summary>Kills a guest, if it still runs.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended.
        }
    }

    /// <summary>Removes a guest's folder, if it is still there.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder of the system's temporary files; it will be cleaned up.
        }
    }

    private static void EndAll()
    {
        lock (Gate)
        {
            foreach ((Process process, string folder) in Guests)
            {
                Kill(process);
                Delete(folder);
            }
        }
    }
}
