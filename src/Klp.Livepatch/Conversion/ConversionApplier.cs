using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Carries a plan out. Mechanical: every decision is in the plan. Symbols keep their places and sections their order;
/// new sections come last. A moved relocation leaves one that does nothing behind, so that no relocation section becomes empty:
/// strip treats an empty one wrongly and the module would load with null pointers.
/// </summary>
public static class ConversionApplier
{
    private const ElfSectionFlags LivepatchFlags = ElfSectionFlags.Alloc | ElfSectionFlags.InfoLink | ElfSectionFlags.RelaLivepatch;

    /// <summary>Applies a plan to its module, which is changed.</summary>
    /// <param name="plan">A plan without errors.</param>
    /// <returns>The converted module as a file.</returns>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public static byte[] Apply(ConversionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Diagnostics.HasErrors)
            throw new InvalidOperationException("The plan has errors.");

        RemoveAnnotations(plan);
        MoveRelocations(plan);
        SpecialSectionApplier.Apply(plan);
        ConvertSymbols(plan);
        if (plan.Depends is { } depends)
            ReplaceDepends(plan.Module, depends);
        return plan.Module.ToArray();
    }

    private static void RemoveAnnotations(ConversionPlan plan)
    {
        ElfObject module = plan.Module;
        HashSet<ElfSection> sections = [.. AnnotationReader.Sections(module)];
        if (sections.Count == 0)
            return;

        RemoveSections(
            module,
            sections,
            plan.Decisions.Where(decision => decision.Kind == SymbolDecisionKind.Remove).Select(decision => decision.Symbol));
    }

    /// <summary>Removes sections with their relocations and symbols, and other symbols.</summary>
    internal static void RemoveSections(ElfObject module, HashSet<ElfSection> sections, IEnumerable<ElfSymbol> others)
    {
        sections.UnionWith(
            module.RelocationSections.Where(section => section.InfoSection is { } target && sections.Contains(target)).ToList());
        foreach (ElfSection section in sections)
            module.RemoveSection(section);
        HashSet<ElfSymbol> symbols =
        [
            .. module.Symbols.Where(symbol => symbol.Section is { } section && sections.Contains(section)),
            .. others,
        ];

        // What is left that refers to them is debug information about the sections themselves.
        foreach (ElfRelocation relocation in module.RelocationSections.SelectMany(section => section.Relocations))
        {
            if (relocation.Symbol is { } symbol && symbols.Contains(symbol))
                MakeNone(module, relocation);
        }

        module.SymbolTable!.RemoveSymbols(symbols.Contains);
    }

    private static void MoveRelocations(ConversionPlan plan)
    {
        ElfObject module = plan.Module;
        Dictionary<(string PatchedObject, ElfSection Target), ElfRelocationSection> sections = [];
        foreach (RelocationMove move in plan.Moves)
        {
            if (!sections.TryGetValue((move.PatchedObject, move.Target), out ElfRelocationSection? section))
            {
                section = new ElfRelocationSection(
                    LivepatchNames.RelocationSection(move.PatchedObject, move.Target.Name), move.Target, module.SymbolTable!)
                {
                    Flags = LivepatchFlags,
                };
                sections.Add((move.PatchedObject, move.Target), section);
                module.AddSection(section);
            }

            ElfRelocation original = move.Relocation;
            section.Relocations.Add(new ElfRelocation
            {
                Offset = original.Offset,
                Type = original.Type,
                Symbol = original.Symbol,
                Addend = original.Addend,
            });
            MakeNone(module, original);
        }
    }

    private static void ConvertSymbols(ConversionPlan plan)
    {
        foreach (SymbolDecision decision in plan.Decisions.Where(decision => decision.Kind == SymbolDecisionKind.Livepatch))
        {
            decision.Symbol.Name = LivepatchNames.Symbol(decision.Target!);
            decision.Symbol.SetSpecialIndex(ElfSectionIndex.Livepatch);
            decision.Symbol.Value = 0;
        }
    }

    // In place, with zeros behind it: symbols of .modinfo have offsets in it, and its readers skip zeros.
    private static void ReplaceDepends(ElfObject module, string depends)
    {
        const string tag = "depends=";
        Span<byte> contents = ((ElfDataSection)module.FindSection(ModuleInfo.SectionName)!).Contents;
        int start = contents.IndexOf(Encoding.Latin1.GetBytes("\0" + tag)) + 1;
        Span<byte> value = contents[(start + tag.Length)..];
        value = value[..value.IndexOf((byte)0)];
        value.Clear();
        Encoding.Latin1.GetBytes(depends, value);
    }

    private static void MakeNone(ElfObject module, ElfRelocation relocation)
    {
        relocation.Type = KernelArchitecture.For(module.Header.Machine)?.IgnoredRelocationType
            ?? RelocationTypes.For(module.Header.Machine).None;
        relocation.Symbol = null;
        relocation.Addend = 0;
    }
}
