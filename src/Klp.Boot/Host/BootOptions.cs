using Klp.Boot.Machine;

namespace Klp.Boot.Host;

/// <summary>Limits and sizes of a guest.</summary>
public sealed record BootOptions
{
    /// <summary>After this time the machine is switched off: <see cref="BootOutcome.TimedOut"/>.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After this many bytes on the console it is switched off: <see cref="BootOutcome.Flooded"/>.</summary>
    public int ConsoleLimit { get; init; } = 64 * 1024 * 1024;

    /// <summary>Memory of the guest, in MiB.</summary>
    public int Memory { get; init; } = 512;

    /// <summary>Processors of the guest.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>What to add to the kernel's command line; "loglevel=8" shows its boot on the console.</summary>
    public string KernelArguments { get; init; } = "";

    /// <summary>The QEMU to boot with, a name or a path; null or empty for the machine's own.</summary>
    public string? Qemu { get; init; }

    /// <summary>
    /// Whether to use KVM where the guest's architecture is this machine's, /dev/kvm can be
    /// opened and QEMU can start the guest with it. Otherwise QEMU emulates (TCG).
    /// </summary>
    public bool UseKvm { get; init; } = true;
}
