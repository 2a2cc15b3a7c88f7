using Klp.Elf.Constants;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>Tells calls and jumps from what takes an address.</summary>
internal static class CallRelocations
{
    // R_AARCH64_TSTBR14 (279), CONDBR19 (280), JUMP26 (282), CALL26 (283); R_X86_64_PLT32 (4).
    internal static bool Contains(UnitObject unit, PartReference reference) => (unit.Source.Header.Machine, reference.Relocation.Type) switch
    {
        (ElfMachine.AArch64, 279 or 280 or 282 or 283) => true,
        (ElfMachine.X8664, 4) => true,
        _ => false,
    };
}
