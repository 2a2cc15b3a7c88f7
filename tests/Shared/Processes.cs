namespace Klp.Tests;

/// <summary>Looks for processes in /proc.</summary>
internal static class Processes
{
    /// <summary>The QEMUs whose parent is a process.</summary>
    public static IReadOnlyList<int> Qemus(int parent) =>
        [.. All().Where(pid => Stat(pid) is { } stat && stat.Parent == parent && IsQemu(pid))];

    /// <summary>
    /// The QEMUs whose parent is a process and that run a guest: not the short one that is asked
    /// for its version before.
    /// </summary>
    public static IReadOnlyList<int> Guests(int parent) =>
        [.. Qemus(parent).Where(pid => CommandLine(pid).Split('\0').Contains("-kernel"))];

    /// <summary>The QEMUs that this process has started and that still run.</summary>
    public static IReadOnlyList<int> OwnQemus() => Qemus(Environment.ProcessId);

    /// <summary>The QEMUs whose files are in a folder.</summary>
    public static IReadOnlyList<int> QemusOf(string folder) =>
        [.. All().Where(pid => IsQemu(pid) && CommandLine(pid).Contains(folder, StringComparison.Ordinal))];

    /// <summary>The processes of a session that are no zombies.</summary>
    public static IReadOnlyList<int> OfSession(int session) =>
        [.. All().Where(pid => Stat(pid) is { State: not ("Z" or "X") } stat && stat.Session == session)];

    /// <summary>
    /// Whether a process is there and not a zombie: a process that lost its parent stays one until the first process of the
    /// machine asks for it, which that of a container need not do.
    /// </summary>
    public static bool Lives(int pid) => Stat(pid) is { } stat && stat.State is not ("Z" or "X");

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
        .Where(pid => pid != 0);

    private static bool IsQemu(int pid) => CommandLine(pid).Contains("qemu-system", StringComparison.Ordinal);

    /// <summary>The arguments, a NUL after each; empty for a process that has ended.</summary>
    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static (string State, int Parent, int Session)? Stat(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], Number(fields[1]), Number(fields[3]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int Number(string field) => int.Parse(field, System.Globalization.CultureInfo.InvariantCulture);
}
