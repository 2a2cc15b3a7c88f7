using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Finds livepatch relocations that go wrong because of what the module loader does with the memory they are for, and of when:
/// those of <c>.klp.rela.vmlinux</c> are applied with the loader's own (since 5.8), those of a patched module after all of the
/// loader's passes, when the module is there.
/// </summary>
internal sealed class LoaderHazards(LivepatchModule module, KernelDialect dialect, KernelConfig? config)
{
    private const string StaticCallKey = "__SCK__";

    // R_PPC64_REL24, R_PPC64_REL24_NOTOC and R_PPC64_PCREL34, which patch_instruction() writes; the others are plain stores.
    private static readonly uint[] PatchedOnPowerPC = [10, 116, 132];

    private readonly SymbolUses uses = module.Uses;
    private readonly ElfMachine machine = module.File.Header.Machine;
    private readonly bool hasStaticCalls = module.File.Sections.Any(section => section.Name == ".static_call_sites");

    /// <summary>The hazard of a relocation; null where there is none.</summary>
    /// <param name="target">The section that the relocation is for.</param>
    /// <param name="relocation">The relocation.</param>
    /// <param name="patchedObject">The object whose loading applies it.</param>
    /// <param name="symbol">The symbol that it refers to, in words.</param>
    internal LoaderHazard? Find(ElfSection target, ElfRelocation relocation, string patchedObject, string symbol)
    {
        LoaderSection section = LoaderMemory.Find(machine, target, config);
        if (!dialect.IsLate(patchedObject))
            return FindEarly(section, Place, symbol);

        string when = patchedObject == ModuleName.Vmlinux ? "which is resolved as the livepatch is enabled" : $"which is resolved when {patchedObject} loads";
        return section.Treatment switch
        {
            // Before 5.8 those of vmlinux are resolved by klp_enable_patch(), which the module's init function calls: .init is there yet.
            LoaderTreatment.Freed when patchedObject != ModuleName.Vmlinux => Freed($"{Place()} is in {target.Name}, which is freed after the livepatch has loaded, and uses {symbol}, {when}: the kernel would write into freed memory. Remove {(target.Name.StartsWith(".exit", StringComparison.Ordinal) ? "__exit" : "__init")}, or do not use the symbol there."),
            LoaderTreatment.CopiedForEachCpu => Freed($"{Place()} is a per-CPU variable and uses {symbol}, {when}. By then the kernel has copied {target.Name} for each CPU and freed it: it would write into freed memory. Set the variable at run time instead, for_each_possible_cpu(), in the pre_patch callback of the klp_object."),
            LoaderTreatment.NotLoaded => Freed($"{Place()} is in {target.Name}, which the kernel does not keep, and uses {symbol}, {when}: the kernel would write into freed memory. Do not use the symbol there."),
            LoaderTreatment.Read => new LoaderHazard(LoaderHazardKind.ReadBefore, $"{Place()} uses {symbol} through {target.Name}, {when}. The kernel reads that section before, as the livepatch loads, to {section.Purpose}. Refer there to a function or variable of the livepatch that uses the symbol when it is needed."),
            LoaderTreatment.Unknown => new LoaderHazard(LoaderHazardKind.UnknownSection, $"{Place()} uses {symbol}, {when}, in the section {target.Name}, and what the kernel does with a section of that name before is not known. Put it into ordinary data (leave the section attribute away), or set the pointer at run time, in the pre_patch callback of the klp_object."),
            _ => FindInKept(target, relocation, Place, symbol, when),
        };

        // Looked up only where there is something to say: a module can have many relocations and many symbols.
        string Place() => uses.Describe(new ElfPlace(target, relocation.Offset));
    }

    private LoaderHazard? FindEarly(LoaderSection section, Func<string> place, string symbol) => section.Treatment switch
    {
        LoaderTreatment.CopiedForEachCpu when !dialect.RelocatesPerCpu => new LoaderHazard(LoaderHazardKind.NeverRelocated, $"{place()} is a per-CPU variable and uses {symbol}. {NotRelocated} Set the variable at run time, for_each_possible_cpu(), before klp_enable_patch()."),
        LoaderTreatment.NotLoaded => new LoaderHazard(LoaderHazardKind.NeverRelocated, $"{place()} is in {section.Name}, which the kernel does not load, and uses {symbol}: the kernel would silently skip it. Do not use the symbol there."),
        _ => null,
    };

    /// <summary>What kernels before 6.16 do with per-CPU variables that hold an address.</summary>
    internal static string NotRelocated => "Kernels before 6.16 do not relocate the per-CPU variables of modules: it would be null, without a message.";

    private LoaderHazard? FindInKept(ElfSection target, ElfRelocation relocation, Func<string> place, string symbol, string when)
    {
        if (machine == ElfMachine.X8664 && hasStaticCalls && place() is var variable && variable.StartsWith(StaticCallKey, StringComparison.Ordinal))
            return new LoaderHazard(LoaderHazardKind.ReadBefore, $"The static call {variable[StaticCallKey.Length..]} begins with {symbol}, {when}. The kernel writes static calls as the livepatch loads, so its calls would do nothing. Define it with DEFINE_STATIC_CALL_NULL() or a function of the livepatch, and static_call_update() it in the pre_patch callback of the klp_object.");
        // aarch64_insn_copy() of arch/arm64/kernel/patching.c, by which arch/arm64/kernel/module.c writes once the module is formed.
        if (machine == ElfMachine.AArch64 && (relocation.Offset % 4 != 0 || target.Alignment % 4 != 0))
            return NotWritable($"{place()} has, at an address that is not a multiple of 4, a pointer that uses {symbol}, {when}. The kernel silently writes nothing there, and the pointer would be null. Align it (leave __packed away), or set it at run time, in the pre_patch callback of the klp_object.");
        if (machine == ElfMachine.PowerPC64 && IsReadOnly(target) && !PatchedOnPowerPC.Contains(relocation.Type))
            return NotWritable($"{place()} is in {target.Name}, which is read-only once the livepatch has loaded, and uses {symbol}, {when}: the kernel would write there nevertheless and oops. {(target.Flags.HasFlag(ElfSectionFlags.Execute) ? "Use a pointer to it that is in writable data." : "Leave const (or __ro_after_init) away, or set the pointer at run time, in the pre_patch callback of the klp_object.")}");
        return null;
    }

    // Of 5.8 and later: before, the kernel made the memory of livepatches writable (module_disable_ro).
    private bool IsReadOnly(ElfSection target) =>
        dialect.ResolvesVmlinuxAtLoad && config?.IsEnabled("STRICT_MODULE_RWX") != false
        && (!target.Flags.HasFlag(ElfSectionFlags.Write) || target.Name == ".data..ro_after_init");

    private static LoaderHazard Freed(string message) => new(LoaderHazardKind.Freed, message);

    private static LoaderHazard NotWritable(string message) => new(LoaderHazardKind.NotWritable, message);
}
