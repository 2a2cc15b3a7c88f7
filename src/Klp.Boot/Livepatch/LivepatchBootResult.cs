namespace Klp.Boot;

/// <summary>What came of booting a kernel with livepatches.</summary>
public sealed record LivepatchBootResult
{
    /// <summary>The run of the guest, every step of it.</summary>
    public required BootResult Boot { get; init; }

    /// <summary>The livepatches, in the order in which they were loaded.</summary>
    public required IReadOnlyList<LivepatchLife> Livepatches { get; init; }

    /// <summary>The files that were to be shown, in the order given.</summary>
    public required IReadOnlyList<ShownFile> Files { get; init; }

    /// <summary>Loading the other modules, dependencies among them, in the order of loading.</summary>
    public required IReadOnlyList<StepResult> Modules { get; init; }

    /// <summary>Where the kernel complained of itself after it had booted: warnings, oopses, lockdep.</summary>
    public IEnumerable<KernelLogRecord> Complaints =>
        Boot.Report.Steps.SelectMany(step => step.Log).Where(record => record.IsComplaint);

    /// <summary>Whether the guest ran to the end, all loaded, came into force and out again, and nothing complained.</summary>
    public bool Succeeded => Failures.Count == 0;

    /// <summary>
    /// What went wrong, for people, one matter each: the run; then every step that failed, with
    /// what the kernel logged as error or warning and the tasks that held it up; then what the
    /// kernel complained of, quoted.
    /// </summary>
    /// <remarks>
    /// Of a livepatch that was not loaded only that counts. A file need not be there before the
    /// livepatch, as the module that has it may be loaded after.
    /// </remarks>
    public IReadOnlyList<string> Failures
    {
        get
        {
            var failures = new List<string>();
            if (Boot.Outcome != BootOutcome.Completed)
                failures.Add(Boot.Describe());

            var expected = new HashSet<StepResult>(ReferenceEqualityComparer.Instance);
            expected.UnionWith(Livepatches.Where(life => !life.IsLoaded).SelectMany(life => life.Steps.Skip(1)));
            expected.UnionWith(Files.Select(file => file.Before).Where(step => step.Status == StepStatus.Refused));
            failures.AddRange(Boot.Report.Steps
                .Where(step => !step.Succeeded && step.Status is not (StepStatus.NotRun or StepStatus.Interrupted) && !expected.Contains(step))
                .Select(StepMessages.Explain));

            failures.AddRange(Boot.Report.Steps.Where(step => step.Log.Any(record => record.IsComplaint)).Select(StepMessages.Quote));
            return failures;
        }
    }
}
