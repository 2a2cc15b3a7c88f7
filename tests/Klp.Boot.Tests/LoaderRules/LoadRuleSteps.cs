using Klp.Boot.Report;
using Klp.Boot.Script;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>The steps in which a guest loads one livepatch, looks at what it does and puts everything back; most fail where it is refused.</summary>
internal sealed class LoadRuleSteps
{
    private static readonly TimeSpan TransitionLimit = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, int> reads = [];

    private int load;
    private int flush;
    private int end;
    private int? target;
    private int? unload;

    private LoadRuleSteps()
    {
    }

    /// <summary>Adds the steps of a livepatch to a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="rule">The livepatch.</param>
    /// <param name="file">Its file.</param>
    /// <param name="after">The file of the livepatch that comes before it, or null.</param>
    /// <param name="zram">The path of zram in the guest, where it is loaded; null in a guest without it.</param>
    public static LoadRuleSteps Add(GuestScript script, LoadRuleCase rule, string file, string? after, string? zram)
    {
        LoadRuleSteps steps = new();
        if (after is not null)
            Enable(script, after, rule.After!);
        if (rule.Late)
            script.Add(GuestStep.Unload("zram"));
        steps.load = Enable(script, file, rule.Name);
        if (rule.Again)
        {
            // A work queue frees the memory of the start.
            script.Add(GuestStep.Sleep(TimeSpan.FromSeconds(1)));
            script.Add(GuestStep.Unload("zram"));
        }

        if (rule.Late || rule.Again)
            steps.target = script.Add(GuestStep.Load(zram!));
        foreach (string path in LoadRuleSource.Shown(rule.Name).Keys.Where(path => zram is not null || path == LoadRuleSource.VmlinuxFile))
            steps.reads.Add(path, script.Add(GuestStep.Read(path)));

        // The kernel keeps a message without a line end back until the next one.
        steps.flush = script.Add(GuestStep.Write("/dev/kmsg", $"that was {rule}\n"));
        if (!rule.Alone || rule.Unloads)
            steps.unload = Restore(script, rule, after, zram);
        steps.end = script.Steps.Count;
        return steps;
    }

    /// <summary>What came of the steps.</summary>
    public LoadRuleObservation Observe(LoadRuleCase rule, GuestReport report)
    {
        IReadOnlyDictionary<string, string> shown = LoadRuleSource.Shown(rule.Name);
        StepResult? loaded = target is null ? null : report.Steps[target.Value];
        List<string> damage = [];
        if (report.Steps[load].Status == StepStatus.Killed)
        {
            damage.Add("loading it ends in an oops");
        }
        else if (report.Steps[load].Succeeded)
        {
            if (loaded is not null and not { Status: StepStatus.Succeeded or StepStatus.Refused })
                damage.Add("loading zram ends in an oops");
            damage.AddRange(reads.SelectMany(read => Differences(read.Key, shown[read.Key], report.Steps[read.Value])));
        }

        if (report.Steps[load].Succeeded && unload is not null && report.Steps[unload.Value] is { Status: StepStatus.Refused } stays)
            damage.Add($"it cannot be unloaded (errno {stays.Errno})");
        damage.AddRange(report.Steps.Skip(flush).Take(end - flush).SelectMany(step => step.Log).Where(record => record.IsComplaint).Take(1).Select(_ => "the kernel complains as it goes"));

        IEnumerable<StepResult> seen = [report.Steps[load], .. target is null ? (StepResult[])[] : [report.Steps[target.Value]], .. reads.Values.Select(read => report.Steps[read]), .. report.Steps.Skip(flush).Take(end - flush)];
        return new LoadRuleObservation
        {
            Load = report.Steps[load],
            Target = loaded,
            Damage = damage,
            Messages = LoadRuleMessages.Of(seen, rule.Name),
        };
    }

    private static IEnumerable<string> Differences(string path, string expected, StepResult read)
    {
        if (read.Status is not StepStatus.Succeeded)
            return read.Status is StepStatus.NotRun ? [] : [$"reading {path} ends in an oops"];
        string[] lines = read.Text.Split('\n');
        return expected.Split('\n')
            .Select((line, index) => (Expected: line, Shown: index < lines.Length ? lines[index] : ""))
            .Where(line => line.Expected != line.Shown)
            .Select(line => $"{path} shows `{line.Shown}`, not `{line.Expected}`");
    }

    // The step that unloads the livepatch.
    private static int Restore(GuestScript script, LoadRuleCase rule, string? after, string? zram)
    {
        int unload = Disable(script, rule.Name);
        if (after is not null)
            Disable(script, rule.After!);
        if (rule.Late)
            script.Add(GuestStep.Load(zram!));
        return unload;
    }

    private static int Enable(GuestScript script, string file, string name)
    {
        // Before 6.2 the kernel searches all its symbols for each that the livepatch uses.
        int step = script.Add(GuestStep.Load(script.AddModule(file)) with { Limit = TimeSpan.FromMinutes(1) });
        script.Add(GuestStep.WaitForContent(Folder(name) + "/transition", "0", TransitionLimit));
        return step;
    }

    private static int Disable(GuestScript script, string name)
    {
        script.Add(GuestStep.Write(Folder(name) + "/enabled", "0"));
        script.Add(GuestStep.WaitUntilGone(Folder(name), TransitionLimit));
        return script.Add(GuestStep.Unload(name));
    }

    private static string Folder(string livepatch) => "/sys/kernel/livepatch/" + livepatch;
}
