using Klp.Boot.Report;

namespace Klp.Boot.Livepatch;

/// <summary>What went wrong in a step, for people.</summary>
internal static class StepMessages
{
    /// <summary>A back trace with registers is some 40 records long; a report of lockdep has three and more without.</summary>
    private const int QuotedRecords = 150;

    /// <summary>How the step ended, what the kernel logged as error or warning, and the tasks that held it up.</summary>
    public static string Explain(StepResult step) => string.Join("\n    ",
    [
        step.ToString(),
        .. step.Log.Where(record => record.Level <= 4 && !step.Log.Any(other => other.IsComplaint)).Select(record => record.ToString()),
        .. step.StalledTasks.Select(task =>
            $"held up by {task.Name} ({task.Tid}): {task.Stack.Replace("\n", " < ", StringComparison.Ordinal)}"),
    ]);

    /// <summary>The step's log from the first complaint on.</summary>
    public static string Quote(StepResult step) => string.Join("\n    ",
    [
        $"{step.Step}: the kernel complained:",
        .. step.Log.SkipWhile(record => !record.IsComplaint).Take(QuotedRecords).Select(record => record.ToString()),
    ]);
}
