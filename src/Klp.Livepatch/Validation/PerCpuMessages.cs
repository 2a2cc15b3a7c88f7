using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>What there is to say of per-CPU variables of a module.</summary>
internal static class PerCpuMessages
{
    internal static Diagnostic SectionIgnored(SourcePlace place, string variables, string section) =>
        DiagnosticCodes.PerCpuSectionIgnored.At(
            place,
            $"{variables} in the section {section}, but the kernel makes a copy for each CPU only of the first section named "
            + $"{LoaderMemory.PerCpu} and takes this one for ordinary data: every use of the variable would be of memory that is "
            + "not its own. Define it with DEFINE_PER_CPU(), and link the module with kbuild.");

    internal static Diagnostic NotRelocated(SourcePlace place, string user) => DiagnosticCodes.LoadedNeverRelocated.At(
        place,
        $"{user} is a per-CPU variable that begins with an address. {HazardMessages.NotRelocated} Set the variable at run time, "
        + "for_each_possible_cpu(), before klp_enable_patch().");
}
