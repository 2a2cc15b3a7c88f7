using System.Globalization;
using System.Runtime.InteropServices;
using Klp.Kernel.Facts;

namespace Klp.Boot.Host;

/// <summary>An architecture that kernels are booted on: all that differs between them is data here.</summary>
public sealed record QemuMachine
{
    private static readonly string[] HostPrograms = ["qemu-kvm", "/usr/libexec/qemu-kvm"];

    /// <summary>The name of the initramfs in a guest's folder.</summary>
    internal const string InitrdFile = "initrd.cpio";

    /// <summary>The name of the file in a guest's folder to which the serial port writes.</summary>
    /// <remarks>A file, as a pipe that is full for a moment makes QEMU's 8250 lose bytes (MAX_XMIT_RETRY in hw/char/serial.c).</remarks>
    internal const string ConsoleFile = "console";

    /// <summary>arm64 on QEMU's "virt" board.</summary>
    /// <remarks>Cortex-A57: TCG emulates the pointer authentication of newer ones very slowly.</remarks>
    public static QemuMachine Arm64 { get; } = new()
    {
        Architecture = KernelArchitecture.Arm64,
        HostArchitecture = System.Runtime.InteropServices.Architecture.Arm64,
        Program = "qemu-system-aarch64",
        Package = "qemu-system-arm",
        EmulatedMachine = ["-machine", "virt", "-cpu", "cortex-a57"],
        KvmMachine = ["-machine", "virt,gic-version=max", "-cpu", "max"],
        Console = "ttyAMA0",
        Image = "arch/arm64/boot/Image",
        CLibraryPackage = "libc6-dev-arm64-cross",
    };

    /// <summary>x86-64 on QEMU's "q35" board.</summary>
    public static QemuMachine X8664 { get; } = new()
    {
        Architecture = KernelArchitecture.X8664,
        HostArchitecture = System.Runtime.InteropServices.Architecture.X64,
        Program = "qemu-system-x86_64",
        Package = "qemu-system-x86",
        EmulatedMachine = ["-machine", "q35", "-cpu", "max"],
        KvmMachine = ["-machine", "q35", "-cpu", "max"],
        Console = "ttyS0,115200",
        // Else a kernel that a busy machine emulates may panic: the timer's interrupts come later than timer_irq_works
        // (arch/x86/kernel/apic/io_apic.c) waits for them.
        KernelArguments = "no_timer_check",
        Image = "arch/x86/boot/bzImage",
        CLibraryPackage = "libc6-dev-amd64-cross",
    };

    /// <summary>Every architecture there is a machine for.</summary>
    public static IReadOnlyList<QemuMachine> All { get; } = [Arm64, X8664];

    /// <summary>The architecture.</summary>
    public required KernelArchitecture Architecture { get; init; }

    /// <summary>The same architecture as .NET calls it.</summary>
    public required Architecture HostArchitecture { get; init; }

    /// <summary>QEMU's program.</summary>
    public required string Program { get; init; }

    /// <summary>
    /// What is looked for, in this order. RHEL and those like it have QEMU for their own architecture alone, outside PATH and
    /// under another name.
    /// </summary>
    internal IReadOnlyList<string> Programs => IsHost ? [Program, .. HostPrograms] : [Program];

    /// <summary>The Debian package of QEMU's program.</summary>
    public required string Package { get; init; }

    /// <summary>QEMU's arguments for board and processor where it emulates.</summary>
    public required IReadOnlyList<string> EmulatedMachine { get; init; }

    /// <summary>The same with KVM.</summary>
    public required IReadOnlyList<string> KvmMachine { get; init; }

    /// <summary>The console's argument on the kernel's command line.</summary>
    public required string Console { get; init; }

    /// <summary>What else the board needs on the kernel's command line.</summary>
    public string KernelArguments { get; init; } = "";

    /// <summary>The bootable image in a kernel's build directory.</summary>
    public required string Image { get; init; }

    /// <summary>The Debian package of the C library that the cross compiler links with.</summary>
    public required string CLibraryPackage { get; init; }

    /// <summary>Whether this machine is of the same architecture.</summary>
    public bool IsHost => RuntimeInformation.OSArchitecture == HostArchitecture;

    /// <summary>Whether this machine may run it with KVM.</summary>
    internal bool CanUseKvm() => IsHost && CanOpenKvm();

    /// <summary>QEMU's arguments.</summary>
    /// <param name="image">The kernel's image.</param>
    /// <param name="folder">The guest's folder.</param>
    /// <param name="options">Sizes, and what to add to the command line.</param>
    /// <param name="kvm">Whether to use KVM; otherwise QEMU emulates.</param>
    internal IReadOnlyList<string> Arguments(string image, string folder, BootOptions options, bool kvm)
    {
        string commandLine = string.Join(' ',
            ((string[])[$"console={Console} rdinit=/init panic=-1 quiet log_buf_len=1M", KernelArguments, options.KernelArguments]).Where(
                text => text.Length > 0));
        return
        [
            // Nothing but the board and its serial port.
            "-no-user-config", "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot",
            "-serial", "file:" + Path.Combine(folder, ConsoleFile),
            .. kvm ? ["-accel", "kvm", .. KvmMachine] : (IReadOnlyList<string>)["-accel", "tcg", .. EmulatedMachine],
            "-m", options.Memory.ToString(CultureInfo.InvariantCulture),
            "-smp", options.Processors.ToString(CultureInfo.InvariantCulture),
            "-kernel", image,
            "-initrd", Path.Combine(folder, InitrdFile),
            "-append", commandLine,
        ];
    }

    private static bool CanOpenKvm()
    {
        try
        {
            using FileStream kvm = File.Open("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
