using Klp.Elf.Constants;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Patching.Diff;

/// <summary>Which architectures' objects can be taken apart and compared, and what is in the way with the others.</summary>
public static class DiffArchitectures
{
    /// <summary>Says of an architecture that its objects cannot be compared.</summary>
    /// <param name="machine">The machine of the objects.</param>
    /// <param name="place">What the message is about: an object, a configuration.</param>
    /// <param name="diagnostics">Receives an error.</param>
    /// <returns>False after an error.</returns>
    public static bool Check(ElfMachine machine, SourcePlace? place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (machine == ElfMachine.AArch64)
            return true;
        diagnostics.Add(DiffMessages.Architecture(place, NameOf(machine), ObstacleOf(machine)));
        return false;
    }

    /// <summary>What messages call a machine.</summary>
    internal static string NameOf(ElfMachine machine) =>
        KernelArchitecture.For(machine)?.DisplayName ?? FormattableString.Invariant($"machine {(int)machine}");

    private static string ObstacleOf(ElfMachine machine) => machine switch
    {
        ElfMachine.X8664 =>
            "where a relocation leads depends on the instruction that it is in, and its tables (.altinstructions, __mcount_loc, "
                + ".static_call_sites, .retpoline_sites, .smp_locks) have forms of their own",
        ElfMachine.S390 =>
            "relocations of branches count from the instruction, and its tables (.altinstructions, .s390_indirect) have forms of their own",
        ElfMachine.PowerPC64 =>
            "functions have two entry points and reach data by way of the .toc, and its tables (__ftr_alt_*, __lwsync_fixup) have forms "
                + "of their own",
        ElfMachine.LoongArch =>
            "one place has several relocations that belong together (R_LARCH_RELAX), and its tables have forms of their own",
        _ => "Linux has no livepatches there",
    };
}
