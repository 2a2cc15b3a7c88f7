namespace Klp.Boot.Machine;

/// <summary>How the run of a guest ended.</summary>
public enum BootOutcome
{
    /// <summary>The guest came to the end of its script; its steps may still have failed.</summary>
    Completed,

    /// <summary>The kernel panicked.</summary>
    Panicked,

    /// <summary>The time limit passed; the machine was switched off.</summary>
    TimedOut,

    /// <summary>The console's limit was passed; the machine was switched off.</summary>
    Flooded,

    /// <summary>The machine went off on its own before the script was done, without a panic.</summary>
    EndedEarly,

    /// <summary>QEMU itself failed: <see cref="BootResult.QemuError"/> says why.</summary>
    QemuFailed,
}
