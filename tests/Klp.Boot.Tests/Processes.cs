namespace Klp.Boot.Tests;

/// <summary>Looks for QEMUs in /proc.</summary>
internal static class Processes
{
    /// <summary>The QEMUs whose parent is a process.</summary>
    public static IReadOnlyList<int> Qemus(int parent) =>
        [.. All().Where(pid => Stat(pid) is { } stat && stat.Parent == parent && IsQemu(pid))];

    /// <summary>The QEMUs that this process has started and that still run.</summary>
    public static IReadOnlyList<int> OwnQemus() => Qemus(Environment.ProcessId);

    /// <summary>Whether a process is there and not a zombie.</summary>
    public static bool Lives(int pid) => Stat(pid) is { } stat && stat.State is not ("Z" or "X");

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
        .Where(pid => pid != 0);

    private static bool IsQemu(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains("qemu-system", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static (string State, int Parent)? Stat(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
