using System.Text;
using Klp.Boot.Script;

namespace Klp.Boot.Report;

/// <summary>What came of one step of the guest.</summary>
public sealed record StepResult
{
    /// <summary>The step.</summary>
    public required GuestStep Step { get; init; }

    /// <summary>How it ended.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>Whether it did what it should.</summary>
    public bool Succeeded => Status == StepStatus.Succeeded;

    /// <summary>The errno of the system call that failed; 0 unless <see cref="StepStatus.Refused"/>.</summary>
    public int Errno { get; init; }

    /// <summary>What the guest says of the error or signal, as strerror(3) and strsignal(3) do; may be empty.</summary>
    public string ErrorText { get; init; } = "";

    /// <summary>The exit code of the program; null if it has none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The number of the signal that ended the program or the step; 0 if none did.</summary>
    public int Signal { get; init; }

    /// <summary>What a file contained, a program printed, a directory lists.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>Whether every byte of the output arrived; false where a kernel message tore the report.</summary>
    public bool OutputComplete { get; init; } = true;

    /// <summary>How long it took in the guest, measured there to the microsecond; zero if it did not end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the kernel logged while it ran, and since the step before.</summary>
    public IReadOnlyList<KernelLogRecord> Log { get; init; } = [];

    /// <summary>Of a step that timed out: the tasks that held it up.</summary>
    public IReadOnlyList<StalledTask> StalledTasks { get; init; } = [];

    /// <summary>The output as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>Step and result in one line, for a message: "unload zram: Device or resource busy (errno 16)".</summary>
    public override string ToString() => $"{Step}: " + Status switch
    {
        StepStatus.NotRun => "the guest did not come this far",
        StepStatus.Interrupted => "the guest ended or fell silent in the middle of it",
        StepStatus.Succeeded => "done",
        StepStatus.Refused => $"{ErrorText} (errno {Errno})",
        StepStatus.ExitedWithError => $"exit code {ExitCode}",
        StepStatus.Signalled => $"ended by signal {Signal} ({ErrorText})",
        StepStatus.Killed => $"killed in the middle of it by signal {Signal} ({ErrorText}): the kernel log says why",
        _ => $"not done within {Step.Limit.TotalSeconds:0.###} s",
    };
}
