using System.Globalization;

namespace Klp.TestAdapter;

/// <summary>Says when the dotnet test that started this run is gone.</summary>
/// <remarks>
/// The test host ends with vstest.console, its parent, but nothing ends vstest.console when dotnet test itself is killed:
/// it goes on, adopted by another process. So its parent is looked at.
/// </remarks>
internal sealed class RunnerWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Timer? timer;

    /// <summary>Begins to watch, where a dotnet command started the run.</summary>
    public RunnerWatch(Action gone)
    {
        if (Parent(Environment.ProcessId) is not { } console || Parent(console) is not { } runner || Name(runner) != "dotnet")
            return;
        timer = new Timer(_ => Look(console, runner, gone), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    private static void Look(int console, int runner, Action gone)
    {
        if (Parent(console) != runner)
            gone();
    }

    private static string? Name(int process) => Read($"/proc/{process}/comm")?.Trim();

    private static int? Parent(int process)
    {
        // The name, in parentheses, may contain anything (proc_pid_stat(5)).
        if (Read($"/proc/{process}/stat") is not { } stat)
            return null;
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
