using Klp.Boot.Report;

namespace Klp.Boot.Machine;

/// <summary>What came of booting a kernel with a script.</summary>
public sealed record BootResult
{
    /// <summary>How the run ended.</summary>
    public required BootOutcome Outcome { get; init; }

    /// <summary>What the guest reported, as far as it came.</summary>
    public required GuestReport Report { get; init; }

    /// <summary>All that came over the console: the report's lines and the kernel's own.</summary>
    public required string Console { get; init; }

    /// <summary>What QEMU printed on its standard error; at most its first 64 KiB.</summary>
    public required string QemuError { get; init; }

    /// <summary>QEMU's exit code; 128 + signal if it was killed.</summary>
    public required int QemuExitCode { get; init; }

    /// <summary>What QEMU says of its version; only of one that failed before the guest came up, else empty.</summary>
    public string QemuVersion { get; init; } = "";

    /// <summary>QEMU's command line, for a shell.</summary>
    public required string CommandLine { get; init; }

    /// <summary>From QEMU's start to its end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether the guest came to the end of its script and every step did what it should.</summary>
    public bool Succeeded => Outcome == BootOutcome.Completed && Report.Steps.All(step => step.Succeeded);

    /// <summary>The step at which the guest stopped; null if it came to the end, or not to the first.</summary>
    public StepResult? StoppedAt => Report.Finished || !Report.Started
        ? null
        : Report.Steps.LastOrDefault(step => step.Status is StepStatus.Interrupted) ??
            Report.Steps.FirstOrDefault(step => step.Status is StepStatus.NotRun);

    /// <summary>The last lines that the kernel itself printed on the console.</summary>
    /// <param name="lines">At most so many.</param>
    public string ConsoleTail(int lines = 30) =>
        string.Join('\n', Report.KernelConsole.TrimEnd('\n').Split('\n').TakeLast(lines));

    /// <summary>How the run ended, for people: what, at which step, and the end of the console.</summary>
    public string Describe()
    {
        string advice = QemuVersion.Length > 0
            ? $"\nIt is {QemuVersion}. If it does not know one of its options, it is too old. If it has no tcg, as RHEL's qemu-kvm, "
                + "it needs /dev/kvm, which this user must be allowed to open (group kvm).\n"
                + $"Its command line: {CommandLine}"
            : "";
        string what = Outcome switch
        {
            BootOutcome.Completed => "The guest came to the end of its script.",
            BootOutcome.Panicked => "The guest's kernel panicked.",
            BootOutcome.TimedOut =>
                $"The guest was not done within the time limit; it was switched off after {Duration.TotalSeconds:0.0} s.",
            BootOutcome.Flooded => "The guest flooded its console and was switched off.",
            BootOutcome.EndedEarly => "The guest went off before it was done.",
            _ => $"QEMU failed with exit code {QemuExitCode}: {QemuError.Trim()}{advice}",
        };
        if (Outcome is BootOutcome.Completed or BootOutcome.QemuFailed)
            return what;
        what += StoppedAt is { } step ? $" It stopped at: {step.Step}" : Report.Started ? "" : " Its PID 1 did not start.";
        string tail = ConsoleTail();
        return tail.Length > 0 ? $"{what}\nThe end of its console:\n{tail}" : $"{what}\nThe kernel printed nothing.";
    }
}
