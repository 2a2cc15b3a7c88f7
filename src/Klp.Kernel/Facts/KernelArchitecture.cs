using System.Runtime.InteropServices;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Kernel.Facts;

/// <summary>An architecture that Linux can livepatch, as data. Adding one is adding an entry here.</summary>
public sealed class KernelArchitecture
{
    private KernelArchitecture(string kbuildName, ElfMachine machine, string configOption)
    {
        KbuildName = kbuildName;
        Machine = machine;
        ConfigOption = configOption;
    }

    /// <summary>arm64: livepatch since 6.17.</summary>
    public static KernelArchitecture Arm64 { get; } = new("arm64", ElfMachine.AArch64, "ARM64")
    {
        DisplayName = "arm64",
        HostArchitecture = Architecture.Arm64,
        FirstLivepatch = new KernelVersion(6, 17),
        DefaultCrossCompile = "aarch64-linux-gnu-",
        CompilerPackage = "gcc-aarch64-linux-gnu",
        LoaderRelocationTypes = [0, .. Enumerable.Range(256, 25), .. Enumerable.Range(282, 12), 299],
    };

    /// <summary>x86-64: livepatch since 4.0.</summary>
    public static KernelArchitecture X8664 { get; } = new("x86", ElfMachine.X8664, "X86_64")
    {
        DisplayName = "x86-64",
        HostArchitecture = Architecture.X64,
        FirstLivepatch = new KernelVersion(4, 0),
        DefaultCrossCompile = "x86_64-linux-gnu-",
        CompilerPackage = "gcc-x86-64-linux-gnu",
        TraceSiteSections = ["__mcount_loc"],
        LoaderRelocationTypes = [0, 1, 2, 4, 10, 11, 24],
        RelativeRelocationTypes = [2, 4],
        RelativeAddend = -4,
    };

    /// <summary>s390x: livepatch since 4.0.</summary>
    public static KernelArchitecture S390 { get; } = new("s390", ElfMachine.S390, "S390")
    {
        DisplayName = "s390x",
        HostArchitecture = Architecture.S390x,
        FirstLivepatch = new KernelVersion(4, 0),
        DefaultCrossCompile = "s390x-linux-gnu-",
        CompilerPackage = "gcc-s390x-linux-gnu",
        TraceSiteSections = ["__mcount_loc"],
        LoaderRelocationTypes = [.. Enumerable.Range(0, 9), .. Enumerable.Range(13, 24), 57, 58, 59],
        RelativeRelocationTypes = [19, 20],
        RelativeAddend = 2,
    };

    /// <summary>ppc64le: livepatch since 4.7.</summary>
    public static KernelArchitecture PowerPC64 { get; } = new("powerpc", ElfMachine.PowerPC64, "PPC64")
    {
        DisplayName = "ppc64le",
        HostArchitecture = Architecture.Ppc64le,
        FirstLivepatch = new KernelVersion(4, 7),
        DefaultCrossCompile = "powerpc64le-linux-gnu-",
        CompilerPackage = "gcc-powerpc64le-linux-gnu",
        LoaderRelocationTypes = [1, 10, 26, 38, 44, 47, 48, 50, 51, 63, 64, 109, 116, 118, 132, 133, 250, 252],
        // Its loader knows no R_PPC64_NONE and refuses it. R_PPC64_ENTRY does nothing but at the start of a function, where
        // no symbol is used. R_PPC64_TOCSAVE, a hint for linkers, is refused by kernels for Power10 (CONFIG_PPC_KERNEL_PCREL).
        IgnoredRelocationType = 118,
    };

    /// <summary>LoongArch, 64-bit: livepatch since 6.9.</summary>
    public static KernelArchitecture LoongArch { get; } = new("loongarch", ElfMachine.LoongArch, "LOONGARCH")
    {
        DisplayName = "LoongArch",
        HostArchitecture = Architecture.LoongArch64,
        FirstLivepatch = new KernelVersion(6, 9),
        DefaultCrossCompile = "loongarch64-linux-gnu-",
        CompilerPackage = "gcc-loongarch64-linux-gnu",
        LoaderRelocationTypes =
        [
            0, 1, 2, .. Enumerable.Range(20, 5), 29, .. Enumerable.Range(32, 6), .. Enumerable.Range(39, 8), 50, 51, 55, 56, 66,
            .. Enumerable.Range(71, 6), 99, 109, .. Enumerable.Range(128, 4),
        ],
    };

    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<KernelArchitecture> All { get; } = [Arm64, X8664, S390, PowerPC64, LoongArch];

    /// <summary>What .NET calls it.</summary>
    private Architecture HostArchitecture { get; init; }

    /// <summary>The name in messages.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The value of <c>ARCH=</c> for kbuild.</summary>
    public string KbuildName { get; }

    /// <summary>e_machine of its modules.</summary>
    public ElfMachine Machine { get; }

    /// <summary>The configuration option, without CONFIG_, that is set in its kernels.</summary>
    public string ConfigOption { get; }

    /// <summary>True on a machine of this architecture, whose own compiler is not a cross compiler.</summary>
    public bool IsHost => RuntimeInformation.OSArchitecture == HostArchitecture;

    /// <summary>The byte order of its kernels.</summary>
    public ElfByteOrder ByteOrder => Machine == ElfMachine.S390 ? ElfByteOrder.Big : ElfByteOrder.Little;

    /// <summary>The first mainline version that livepatches it; vendors may carry it earlier.</summary>
    public required KernelVersion FirstLivepatch { get; init; }

    /// <summary>The usual <c>CROSS_COMPILE=</c> prefix on another architecture.</summary>
    public required string DefaultCrossCompile { get; init; }

    /// <summary>The Debian package of the compiler with that prefix.</summary>
    public required string CompilerPackage { get; init; }

    /// <summary>
    /// The relocation types that the module loader applies (apply_relocate_add in arch/*/kernel/module*.c of 7.2), of ppc64le
    /// with and without CONFIG_PPC_KERNEL_PCREL.
    /// </summary>
    private HashSet<int> LoaderRelocationTypes { get; init; } = [];

    /// <summary>The relocation types of instructions that count from their own start or end, not from the relocation's place.</summary>
    private HashSet<int> RelativeRelocationTypes { get; init; } = [];

    /// <summary>What their addend holds besides the offset of the target, in bytes.</summary>
    private long RelativeAddend { get; init; }

    /// <summary>
    /// The sections of a module that tell ftrace where functions begin: FTRACE_CALLSITE_SECTION of include/linux/module.h, and
    /// what recordmcount writes. Compilers for x86-64 and s390x fill <c>__patchable_function_entries</c> as well where calls are
    /// padded (CONFIG_CALL_PADDING): with the padding before functions, which ftrace has nothing to do with.
    /// </summary>
    public IReadOnlyList<string> TraceSiteSections { get; private init; } = ["__patchable_function_entries", "__mcount_loc"];

    /// <summary>A relocation type that the module loader applies by doing nothing: R_*_NONE where it knows that.</summary>
    public uint IgnoredRelocationType { get; private init; }

    /// <summary>False when the module loader refuses relocations of a type.</summary>
    /// <param name="type">The type, as in r_info.</param>
    public bool LoaderApplies(uint type) => LoaderRelocationTypes.Contains((int)type);

    /// <summary>How far from its symbol a relocation refers to, in bytes.</summary>
    /// <param name="relocation">A relocation of a module of this architecture.</param>
    public long TargetOffset(ElfRelocation relocation) =>
        RelativeRelocationTypes.Contains((int)relocation.Type) ? relocation.Addend - RelativeAddend : relocation.Addend;

    /// <summary>The architecture of a module, or null when its kernels cannot livepatch.</summary>
    /// <param name="machine">e_machine of the module.</param>
    public static KernelArchitecture? For(ElfMachine machine) => All.FirstOrDefault(architecture => architecture.Machine == machine);

    /// <summary>The architecture a kernel is configured for, or null when it cannot livepatch.</summary>
    /// <param name="config">The kernel's configuration.</param>
    public static KernelArchitecture? For(KernelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return All.FirstOrDefault(architecture => config.IsEnabled(architecture.ConfigOption));
    }

    /// <inheritdoc/>
    public override string ToString() => DisplayName;
}
