using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Finds the klp_patch that a module passes to klp_enable_patch(), where the code that does so does nothing else: the
/// section of that code then has relocations to that function and to one variable only. Code that fills a klp_patch in needs
/// functions, names or memory besides.
/// </summary>
internal static class EnableCall
{
    private const string EnablePatch = "klp_enable_patch";

    // Of a PC-relative field at the end of an instruction of x86-64.
    private const ulong FieldBytes = 4;

    // What the compiler calls by itself: tracing, and the return of functions on x86.
    private static readonly string[] OfCompiler = ["_mcount", "__fentry__", "__x86_return_thunk"];

    /// <summary>
    /// Where each klp_patch begins that is passed as it stands in the module; of one behind a PC-relative field 4 bytes before it
    /// as well.
    /// </summary>
    internal static IEnumerable<ElfPlace> Arguments(ElfObject module)
    {
        foreach (ElfRelocationSection code in module.RelocationSections)
        {
            if (code.InfoSection is not { } target
                || !target.Flags.HasFlag(ElfSectionFlags.Execute)
                || code.Relocations.All(relocation => relocation.Symbol?.Name != EnablePatch))
            {
                continue;
            }

            HashSet<ElfPlace?> used = [.. code.Relocations
                .Where(relocation => relocation.Symbol?.Name != EnablePatch && !OfCompiler.Contains(relocation.Symbol?.Name))
                .Select(relocation => relocation.Target)];
            if (used.Count == 1
                && used.Single() is { } place
                && place.Section.Flags.HasFlag(ElfSectionFlags.Alloc)
                && !place.Section.Flags.HasFlag(ElfSectionFlags.Execute))
            {
                yield return place;
                yield return place + FieldBytes;
            }
        }
    }
}
