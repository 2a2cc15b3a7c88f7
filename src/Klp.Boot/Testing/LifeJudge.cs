using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;

namespace Klp.Boot.Testing;

/// <summary>Says of each case what came of it.</summary>
/// <param name="life">The cases.</param>
/// <param name="script">The script that was made of them.</param>
/// <param name="boot">The run of the guest.</param>
internal sealed class LifeJudge(LifeCases life, LifeScript script, BootResult boot)
{
    private readonly Dictionary<LifeCase, Verdict> verdicts = [];
    private LifeCase? ended;

    /// <summary>The results of the selected cases.</summary>
    public IReadOnlyList<CaseResult> Judge(Func<LivepatchCase, bool> isSelected)
    {
        foreach (LifeCase item in life.All)
        {
            item.Results = [.. boot.Report.Steps.Skip(item.FirstStep).Take(item.StepCount)];
            verdicts.Add(item, VerdictOf(item));
        }

        QuoteOtherComplaints(isSelected);
        return [.. life.All.Where(item => !item.IsCondition && isSelected(item.Identity)).Select(item => ResultOf(item, isSelected))];
    }

    private Verdict VerdictOf(LifeCase item)
    {
        if (item == life.Boots)
            return JudgeBoot();
        if (ended is not null)
            return Verdict.Skip($"Not tested, as the guest had ended: {ended.Identity.Name}.") with { Blame = ended };
        if (item.Requires.FirstOrDefault(required => verdicts[required].Outcome != CaseOutcome.Passed) is { } failed)
            return BlameOn(failed);
        if (item.Results.Any(step => step.Status is StepStatus.NotRun or StepStatus.Interrupted))
        {
            ended = item;
            return Verdict.Fail(boot.Describe());
        }

        string[] complaints = [.. item.Results.Where(step => step.Log.Any(record => record.IsComplaint)).Select(StepMessages.Quote)];
        string[] problems =
        [
            .. item.Judge is not null
                ? []
                : item.Results.Select((step, i) => script.FindProblem(item.FirstStep + i, step)).OfType<string>(),
            .. complaints,
        ];
        if (problems.Length > 0 && item.Judge is null)
            return Verdict.Fail(string.Join('\n', problems));
        Verdict verdict = item.Judge?.Invoke(item.Results) ?? Verdict.Pass;
        if (complaints.Length == 0)
            return verdict;
        return verdict with
        {
            Outcome = CaseOutcome.Failed,
            Message = string.Join('\n', verdict.Outcome == CaseOutcome.Failed ? [verdict.Message, .. complaints] : complaints),
        };
    }

    private Verdict BlameOn(LifeCase failed)
    {
        Verdict verdict = verdicts[failed];
        if (failed.IsCondition && verdict.Outcome == CaseOutcome.Failed)
            return Verdict.Skip($"Not tested: {verdict.Message}");
        LifeCase blame = verdict.Blame ?? failed;
        // What a condition kept from being tested keeps on being nobody's fault.
        return verdict.Outcome == CaseOutcome.Skipped && verdict.Blame is null
            ? verdict
            : Verdict.Skip($"Not tested, as this failed: {blame.Identity.Name}.") with { Blame = blame };
    }

    private Verdict JudgeBoot()
    {
        if (boot.Report.Started)
            return Verdict.Pass;
        ended = life.Boots;
        return Verdict.Fail(boot.Describe());
    }

    /// <summary>The kernel's log as a whole answers for what belongs to no case that is reported.</summary>
    private void QuoteOtherComplaints(Func<LivepatchCase, bool> isSelected)
    {
        LifeCase log = life.All[^1];
        if (verdicts[log].Outcome == CaseOutcome.Skipped)
            return;
        List<string> messages = [];
        if (verdicts[log].Outcome == CaseOutcome.Failed)
            messages.Add(verdicts[log].Message);
        foreach (LifeCase item in life.All.Where(
            item => item != log && (verdicts[item].Outcome != CaseOutcome.Failed || item.IsCondition || !isSelected(item.Identity))))
        {
            messages.AddRange(item.Results.Where(step => step.Log.Any(record => record.IsComplaint)).Select(StepMessages.Quote));
        }

        if (!boot.Report.LogComplete)
            messages.Add("The kernel logged more than the guest could read: records are missing.");
        if (messages.Count > 0)
            verdicts[log] = Verdict.Fail(string.Join('\n', messages));
    }

    private CaseResult ResultOf(LifeCase item, Func<LivepatchCase, bool> isSelected)
    {
        Verdict verdict = verdicts[item];
        // A failure that the user did not select has no result of its own to stand in.
        if (verdict.Blame is { } blame && !isSelected(blame.Identity))
            verdict = verdict with { Outcome = CaseOutcome.Failed, Message = $"{verdict.Message}\n{verdicts[blame].Message}" };
        return new CaseResult
        {
            Case = item.Identity,
            Outcome = verdict.Outcome,
            Message = verdict.Message,
            Place = verdict.Place
                ?? (verdict.Outcome == CaseOutcome.Failed && item.Identity.Place is { Line: > 0 } defined ? defined : null),
            Output = verdict.Output,
            Parts = verdict.Parts,
            Duration = item == life.Boots ? BootTime() : item.Results.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration),
            ConsoleTail = verdict.Outcome == CaseOutcome.Failed ? GuestTranscript.Tail(boot, item.FirstStep + item.StepCount - 1) : "",
        };
    }

    /// <summary>All the time that is not the steps'.</summary>
    private TimeSpan BootTime()
    {
        TimeSpan rest = boot.Duration - boot.Report.Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
