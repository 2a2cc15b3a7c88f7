namespace Klp.Kernel.Facts;

/// <summary>What differs between kernel versions in the format of livepatch modules, as data: one row a change.</summary>
public sealed record KernelDialect
{
    private static readonly KernelDialect[] Rows =
    [
        new() { Since = new KernelVersion(4, 5), MaxSymbolNameLength = 127, HasArchSections = false, ResolvesVmlinuxAtLoad = false },
        new() { Since = new KernelVersion(4, 9), MaxSymbolNameLength = 127, HasArchSections = true, ResolvesVmlinuxAtLoad = false },
        new() { Since = new KernelVersion(5, 8), MaxSymbolNameLength = 127, HasArchSections = false, ResolvesVmlinuxAtLoad = true },
        new() { Since = new KernelVersion(6, 1), MaxSymbolNameLength = 511, HasArchSections = false, ResolvesVmlinuxAtLoad = true },
        new()
        {
            Since = new KernelVersion(6, 2),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            LtoSuffix = ".",
        },
        new()
        {
            Since = new KernelVersion(6, 3),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            LtoSuffix = ".",
            ClearsRelocations = true,
        },
        new()
        {
            Since = new KernelVersion(6, 4, 7),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            LtoSuffix = ".llvm.",
            ClearsRelocations = true,
        },
        new()
        {
            Since = new KernelVersion(6, 10, 7),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            ClearsRelocations = true,
        },
        new()
        {
            Since = new KernelVersion(6, 12),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            ClearsRelocations = true,
            RefusesSectionsOfOneName = true,
        },
        new()
        {
            Since = new KernelVersion(6, 16),
            MaxSymbolNameLength = 511,
            HasArchSections = false,
            ResolvesVmlinuxAtLoad = true,
            ClearsRelocations = true,
            RefusesSectionsOfOneName = true,
            RelocatesPerCpu = true,
        },
    ];

    /// <summary>The newest dialect.</summary>
    public static KernelDialect Newest => Rows[^1];

    /// <summary>The first version that speaks it.</summary>
    public required KernelVersion Since { get; init; }

    /// <summary>The longest symbol name in characters: KSYM_NAME_LEN less its NUL.</summary>
    public required int MaxSymbolNameLength { get; init; }

    /// <summary>
    /// True when x86 applies <c>.klp.arch.object..altinstructions</c> and <c>..parainstructions</c> after the livepatch
    /// relocations of the object (arch/x86/kernel/livepatch.c, 4.9 to 5.7).
    /// </summary>
    public required bool HasArchSections { get; init; }

    /// <summary>
    /// True when <c>.klp.rela.vmlinux.*</c> is applied as the livepatch loads and no other livepatch section may use a
    /// symbol of vmlinux (since 5.8). Before, each section is applied with its object, whatever its symbols' objects are.
    /// </summary>
    public required bool ResolvesVmlinuxAtLoad { get; init; }

    /// <summary>
    /// True when the livepatch relocations of an object are applied once the livepatch has loaded, and not with the loader's own.
    /// </summary>
    /// <param name="patchedObject">The object that they are applied with: <c>vmlinux</c> or a module's run-time name.</param>
    public bool IsLate(string patchedObject) => patchedObject != ModuleName.Vmlinux || !ResolvesVmlinuxAtLoad;

    /// <summary>
    /// True when x86 takes back what livepatch relocations of a module wrote, as that module goes (klp_clear_object_relocations
    /// of kernel/livepatch/core.c, since 6.3). Before, x86 refuses to load the module again, as it writes only over zeros.
    /// </summary>
    public bool ClearsRelocations { get; init; }

    /// <summary>
    /// True when two loaded sections of one name keep a module from loading (kernel/module/sysfs.c, mod_sysfs_setup, since
    /// 6.12). Before, it lacked its files in <c>/sys/module</c>.
    /// </summary>
    public bool RefusesSectionsOfOneName { get; init; }

    /// <summary>
    /// What begins the part of a name that kernels with CONFIG_LTO_CLANG leave out as they look for a symbol of vmlinux; null
    /// where they compare whole names. Since 6.2 they search by an index, of names without what the compiler's link may have
    /// added (kernel/kallsyms.c, cleanup_symbol_name): any suffix at first, since 6.5 and 6.4.7 only that of promoted symbols,
    /// and since 6.11 and 6.10.7 none. So <c>name</c> finds <c>name.llvm.4711</c> as well, which under its own name is not
    /// found at all. The other stable kernels, 6.6 among them, stayed as they were.
    /// </summary>
    public string? LtoSuffix { get; init; }

    /// <summary>
    /// True when the initial values of a module's per-CPU variables are relocated (kernel/module/main.c, apply_relocations,
    /// since 6.16; 6.1.192 and 6.12.117 do not have it). Before, the loader took them for a section that is not loaded.
    /// </summary>
    public bool RelocatesPerCpu { get; init; }

    /// <summary>The dialect of a version; the oldest one for versions before 4.5.</summary>
    /// <param name="version">The kernel's version.</param>
    public static KernelDialect For(KernelVersion version) => Rows.LastOrDefault(row => row.Since <= version) ?? Rows[0];
}
