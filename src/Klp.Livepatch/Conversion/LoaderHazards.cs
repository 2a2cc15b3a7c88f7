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

        string when = patchedObject == ModuleName.Vmlinux
            ? "which is resolved as the livepatch is enabled"
            : $"which is resolved when {patchedObject} loads";
        return section.Treatment switch
        {
            // Before 5.8 those of vmlinux are resolved by klp_enable_patch(), which the module's init function calls: .init is there yet.
            LoaderTreatment.Freed when patchedObject != ModuleName.Vmlinux => HazardMessages.Freed(Place(), target.Name, symbol, when),
            LoaderTreatment.CopiedForEachCpu => HazardMessages.Copied(Place(), target.Name, symbol, when),
            LoaderTreatment.NotLoaded => HazardMessages.NotKept(Place(), target.Name, symbol, when),
            LoaderTreatment.Read => HazardMessages.ReadBefore(Place(), target.Name, symbol, when, section.Purpose),
            LoaderTreatment.Unknown => HazardMessages.UnknownSection(Place(), target.Name, symbol, when),
            _ => FindInKept(target, relocation, Place, symbol, when),
        };

        // Looked up only where there is something to say: a module can have many relocations and many symbols.
        string Place() => uses.Describe(new ElfPlace(target, relocation.Offset));
    }

    private LoaderHazard? FindEarly(LoaderSection section, Func<string> place, string symbol) => section.Treatment switch
    {
        LoaderTreatment.CopiedForEachCpu when !dialect.RelocatesPerCpu => HazardMessages.PerCpuNotRelocated(place(), symbol),
        LoaderTreatment.NotLoaded => HazardMessages.NotLoaded(place(), section.Name, symbol),
        _ => null,
    };

    private LoaderHazard? FindInKept(ElfSection target, ElfRelocation relocation, Func<string> place, string symbol, string when)
    {
        if (machine == ElfMachine.X8664
            && hasStaticCalls
            && place() is var name
            && name.StartsWith(StaticCallKey, StringComparison.Ordinal))
        {
            return HazardMessages.StaticCall(name[StaticCallKey.Length..], symbol, when);
        }

        // aarch64_insn_copy() of arch/arm64/kernel/patching.c, by which arch/arm64/kernel/module.c writes once the module is formed.
        if (machine == ElfMachine.AArch64 && (relocation.Offset % 4 != 0 || target.Alignment % 4 != 0))
            return HazardMessages.Unaligned(place(), symbol, when);
        if (machine == ElfMachine.PowerPC64 && IsReadOnly(target) && !PatchedOnPowerPC.Contains(relocation.Type))
            return HazardMessages.ReadOnly(place(), target.Name, symbol, when, target.Flags.HasFlag(ElfSectionFlags.Execute));
        return null;
    }

    // Of 5.8 and later: before, the kernel made the memory of livepatches writable (module_disable_ro).
    private bool IsReadOnly(ElfSection target) =>
        dialect.ResolvesVmlinuxAtLoad && config?.IsEnabled("STRICT_MODULE_RWX") != false
        && (!target.Flags.HasFlag(ElfSectionFlags.Write) || target.Name == ".data..ro_after_init");
}
