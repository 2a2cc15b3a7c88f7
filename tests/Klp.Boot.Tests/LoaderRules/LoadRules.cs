using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>The rules of docs/load-rules.md: what they say, and the livepatches that break them.</summary>
internal static class LoadRules
{
    /// <summary>The rules in the kernel's order, by number, and why one is not observed here; null where cases observe it.</summary>
    public static IReadOnlyList<(string Number, string Title, string? NotObserved)> All { get; } =
    [
        ("0", "a livepatch that breaks no rule", null),
        ("1", "signed, where the kernel enforces signatures", null),
        ("1b", "a signature that verifies, if there is one", null),
        ("2", "the ELF header", null),
        ("3", "the section table", null),
        ("4", "the section names", null),
        ("5", "one .modinfo", null),
        ("6", "struct module", null),
        ("7", "the symbol table", null),
        ("8", "the extended versions are complete", null),
        ("9", "the CRC of module_layout", null),
        ("10", "the vermagic", null),
        ("11", "the kernel has CONFIG_LIVEPATCH", "these kernels have it; klp refuses a tree without it (KLP0005)"),
        ("12", "the sections that arm64 needs", null),
        ("13", "nothing both writable and executable", null),
        ("14", "a livepatch exports nothing", null),
        ("15", "no SHN_COMMON", null),
        ("16", "imports are exported", null),
        ("17", "exports for GPL only", null),
        ("18", "the CRCs of imports", null),
        ("19", "namespaces of exports", null),
        ("20", "section indices of symbols", null),
        ("21", "livepatch sections that the kernel skips", null),
        ("22", "names of livepatch sections", null),
        ("23", "symbols of livepatch relocations", null),
        ("24", "names of livepatch symbols", null),
        ("25", "symbols of vmlinux in vmlinux's sections only", null),
        ("26", "livepatch symbols exist", null),
        ("27", "a position, where there are several", null),
        ("28", "a position that exists", null),
        ("29", "relocations that the module loader knows", null),
        ("30", "livepatch=Y", null),
        ("31", "complete tables", null),
        ("32", "nothing is patched twice", null),
        ("33", "patched functions exist", null),
        ("34", "patched functions are traceable", null),
        ("35", "states are compatible", null),
        ("37", "livepatch sections of patched objects only", null),
        ("38", "livepatch sections outlive the start", null),
        ("39", "SHF_RELA_LIVEPATCH", null),
        ("40", "ordinary relocations use no livepatch symbols", null),
        ("41", "the right position", null),
        ("42", "special sections", null),
        ("43", "names of patched objects", null),
        ("44", "prototypes, and inlined copies", null),
        ("45", "symbols of vmlinux that stay", null),
        ("46", "distant branches to modules that come later", "these kernels have no modules that are 128 MB apart"),
        ("47", ".klp.arch sections, before 5.8", null),
        ("48", "sections that are kept have names of their own", null),
        ("49", "new functions outlive the start", null),
        ("50", "BTF that goes with the kernel's", null),
        ("51", "per-CPU variables", null),
        ("52", "memory that is written when a module comes", null),
        ("53", "sections that are read as the livepatch loads", null),
    ];

    /// <summary>Rules that the distribution's kernel has as well, and whose cases have nothing of arm64 or of one configuration.</summary>
    private static readonly string[] Common = ["13", "15", "17", "22", "23", "24", "25", "26", "30", "31", "32", "33", "37", "39", "40", "43"];

    /// <summary>All cases of rules that their kernels have, in the order of the rules; those of a guest are loaded in this order.</summary>
    public static IReadOnlyList<LoadRuleCase> Cases { get; } = [.. OfAllKernels.Where(rule => rule.Option is null || LoadRuleRun.HasOption(rule.Guest, rule.Option))];

    private static IEnumerable<LoadRuleCase> OfAllKernels =>
    [
        .. OfOneKernelEach,
        .. OfOneKernelEach.Where(rule => MatrixKernels.HasPrevious && rule.Guest == LoadRuleGuest.Demo).Select(rule => rule with { Guest = LoadRuleGuest.Previous }),
        .. OfOneKernelEach.Where(rule => MatrixKernels.HasBackports && rule.Guest == LoadRuleGuest.Distribution).Select(rule => rule with { Guest = LoadRuleGuest.Backports }),
    ];

    /// <summary>Those of docs/load-rules.md; docs/kernels.md says on which other kernels the verdicts are the same.</summary>
    private static IEnumerable<LoadRuleCase> OfOneKernelEach =>
    [
        Good(LoadRuleGuest.Demo, late: false),
        Good(LoadRuleGuest.Demo, late: true),
        Good(LoadRuleGuest.Hardened, late: false),
        Good(LoadRuleGuest.Hardened, late: true),
        Good(LoadRuleGuest.Distribution, late: false),
        Good(LoadRuleGuest.Distribution, late: true),
        Peer(LoadRuleGuest.Demo),
        Peer(LoadRuleGuest.Distribution),
        .. Broken,
        .. Broken.Where(rule => rule.Guest == LoadRuleGuest.Demo && !rule.Alone && Common.Contains(rule.Rule)).Select(OnDistribution),
    ];

    private static IEnumerable<LoadRuleCase> Broken => [.. LoadRuleFileCases.All, .. LoadRuleSymbolCases.All, .. LoadRuleLivepatchCases.All, .. LoadRuleMemoryCases.All];

    /// <summary>The case that describes itself so.</summary>
    public static LoadRuleCase Case(string description) => Cases.Single(each => each.ToString() == description);

    // On arm64 a symbol without an address is too far away for an instruction, on x86-64 it is not.
    private static LoadRuleCase OnDistribution(LoadRuleCase rule) =>
        rule with { Guest = LoadRuleGuest.Distribution, Outcome = rule.Rule == "39" ? LoadRuleOutcome.Wrong : rule.Outcome };

    private static LoadRuleCase Good(LoadRuleGuest guest, bool late) =>
        new("0", "", late ? "zram later" : "zram before", modules => modules.Good) { Guest = guest, Late = late, Outcome = LoadRuleOutcome.Loads };

    private static LoadRuleCase Peer(LoadRuleGuest guest) =>
        new("0", "", "in the form of the kernel's klp-build", modules => modules.Edit(LoadRulePeers.PostLink, LoadRuleSource.Objtool)) { Name = LoadRuleSource.Objtool, Guest = guest, Outcome = LoadRuleOutcome.Loads };
}
