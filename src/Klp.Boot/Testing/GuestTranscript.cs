using Klp.Boot.Machine;
using Klp.Boot.Report;

namespace Klp.Boot.Testing;

/// <summary>What a guest reported as a text to read: its kernel's log with the steps between, and what it printed.</summary>
internal static class GuestTranscript
{
    /// <summary>More of a step's output is cut off.</summary>
    private const int OutputLimit = 1024 * 1024;

    /// <summary>All of it, as lines.</summary>
    public static IEnumerable<string> All(BootResult boot) =>
    [
        .. boot.Report.BootLog.Select(record => record.ToString()),
        .. boot.Report.Steps.TakeWhile(step => step.Status != StepStatus.NotRun).SelectMany(OfStep),
        .. Console(boot),
        $"==> {boot.Describe().Split('\n')[0]}",
    ];

    /// <summary>The last lines up to the end of a step.</summary>
    /// <param name="boot">The run.</param>
    /// <param name="step">The index of the step; that of the last that ran ends with what the kernel printed on the console.</param>
    /// <param name="lines">At most so many.</param>
    public static string Tail(BootResult boot, int step, int lines = 30)
    {
        IReadOnlyList<StepResult> steps = boot.Report.Steps;
        IEnumerable<string> text = boot.Report.BootLog.Select(record => record.ToString())
            .Concat(steps.Take(step + 1).Where(result => result.Status != StepStatus.NotRun).SelectMany(OfStep));
        if (step + 1 >= steps.Count || steps[step + 1].Status == StepStatus.NotRun)
            text = text.Concat(Console(boot));
        return string.Join('\n', text.SelectMany(line => line.Split('\n')).TakeLast(lines));
    }

    private static IEnumerable<string> OfStep(StepResult step)
    {
        yield return $"==> {step}";
        if (step.Output.Length > 0)
            yield return (step.Output.Length > OutputLimit
                ? step.Text[..Math.Min(OutputLimit, step.Text.Length)] + "…"
                : step.Text).TrimEnd('\n');
        foreach (StalledTask task in step.StalledTasks)
            yield return $"task {task.Name} ({task.Tid}), patch_state {task.PatchState}:\n{task.Stack}";
        foreach (KernelLogRecord record in step.Log)
            yield return record.ToString();
    }

    private static IEnumerable<string> Console(BootResult boot) =>
        boot.Report.KernelConsole.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);
}
