namespace Klp.Boot.Report;

/// <summary>How a step of the guest ended.</summary>
public enum StepStatus
{
    /// <summary>The guest did not come this far.</summary>
    NotRun,

    /// <summary>The guest began it and then ended or fell silent.</summary>
    Interrupted,

    /// <summary>It did what it should; a program ended with exit code 0.</summary>
    Succeeded,

    /// <summary>The kernel refused it: <see cref="StepResult.Errno"/> and <see cref="StepResult.ErrorText"/> say why.</summary>
    Refused,

    /// <summary>The program ended with another exit code than 0: <see cref="StepResult.ExitCode"/>.</summary>
    ExitedWithError,

    /// <summary>A signal ended the program: <see cref="StepResult.Signal"/>.</summary>
    Signalled,

    /// <summary>
    /// The process that carried the step out was killed in the middle of it, which is what
    /// an oops in the kernel does; the step's kernel log has it.
    /// </summary>
    Killed,

    /// <summary>It did not end within its time limit.</summary>
    TimedOut,
}
