using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>
/// Makes the object that a plan describes. References that livepatch resolves become symbols of the form
/// <c>.klp.sym.rela.&lt;patched object&gt;.&lt;object&gt;.&lt;name&gt;,&lt;position&gt;</c>, which the conversion of the module
/// takes from there.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="fileName">The object's name, for messages.</param>
public sealed class ExtractionApplier(ExtractionPlan plan, string fileName)
{
    private const int PointerBytes = 8;

    // include/asm-generic/percpu_types.h: what follows the name is for the linker of vmlinux. In a module only this one is per CPU.
    private const string PerCpu = ".data..percpu";

    private readonly ElfObject source = plan.Unit.Source;
    private readonly ElfObject target = ElfObject.Create(fileName, plan.Unit.Source.Header);
    private readonly Dictionary<UnitPart, ElfDataSection> sections = [];
    private readonly Dictionary<string, ElfSymbol> undefined = new(StringComparer.Ordinal);
    private readonly Dictionary<UnitPart, ElfSymbol> sectionSymbols = [];

    /// <summary>Makes the object.</summary>
    public ElfObject Apply()
    {
        // Messages name the source of a local symbol by it.
        if (source.Symbols.FirstOrDefault(symbol => symbol.Type == ElfSymbolType.File) is { } file)
            AddSymbol(new ElfSymbol(file.Name) { Type = ElfSymbolType.File }, ElfSectionIndex.Absolute);
        foreach (IncludedPart part in plan.Parts)
            AddPart(part.Part);
        foreach (IncludedPart part in plan.Parts)
            AddSymbolsOf(part.Part, part.IsNew);
        foreach (ReplacedFunction function in plan.Functions)
            AddNewName(function);
        foreach (IncludedPart part in plan.Parts)
            AddRelocations(sections[part.Part], [.. plan.Unit.ReferencesOf(part.Part).Select(reference => (reference, reference.Offset))]);
        foreach (IGrouping<ElfDataSection, TableEntry> table in plan.Entries.GroupBy(entry => entry.Section))
            AddTable(table.Key, [.. table.OrderBy(entry => entry.Offset)]);
        return target;
    }

    private void AddPart(UnitPart part)
    {
        ElfDataSection copy = part.Section.HasContents
            ? new ElfDataSection(NameOf(part.Section), part.Section.Type, SharedCode.Contents(plan.Unit, part))
            : ElfDataSection.NoBits(NameOf(part.Section), part.Size);
        copy.Flags = part.Section.Flags & ~(ElfSectionFlags.Group | ElfSectionFlags.LinkOrder);
        // What is cut out of a section keeps its alignment there.
        copy.Alignment = part.IsShared ? AlignmentAt(part) : part.Section.Alignment;
        copy.EntrySize = part.Section.EntrySize;
        target.AddSection(copy);
        sections.Add(part, copy);
    }

    private static string NameOf(ElfDataSection section) =>
        section.Name.StartsWith(PerCpu, StringComparison.Ordinal) ? PerCpu : section.Name;

    private static ulong AlignmentAt(UnitPart part)
    {
        ulong alignment = Math.Max(part.Section.Alignment, 1);
        while (alignment > 1 && part.Offset % alignment != 0)
            alignment /= 2;
        return alignment;
    }

    private void AddSymbolsOf(UnitPart part, bool isNew)
    {
        ElfDataSection section = sections[part];
        ElfSymbol sectionSymbol = new("") { Type = ElfSymbolType.Section };
        AddSymbol(sectionSymbol, section);
        sectionSymbols.Add(part, sectionSymbol);
        // A symbol that the kernel has stays for this object alone; a new one is for all units of the patch.
        foreach (ElfSymbol symbol in plan.Unit.Index
            .SymbolsIn(part.Section)
            .Where(symbol => symbol.Type != ElfSymbolType.Section && Contains(part, symbol)))
        {
            bool isKept = isNew && symbol.Binding != ElfSymbolBinding.Local;
            AddSymbol(
                new ElfSymbol(symbol.Name)
                {
                    Value = symbol.Value - part.Offset,
                    Size = symbol.Size,
                    Type = symbol.Type,
                    Binding = isKept ? symbol.Binding : ElfSymbolBinding.Local,
                    Other = isKept ? symbol.Other : (byte)(symbol.Other & ~3),
                },
                section);
        }
    }

    private static bool Contains(UnitPart part, ElfSymbol symbol) =>
        !part.IsShared || (symbol.Value >= part.Offset && symbol.Value - part.Offset < Math.Max(part.Size, 1));

    private void AddNewName(ReplacedFunction function)
    {
        ElfSymbol symbol = function.Part.Symbol!;
        AddSymbol(
            new ElfSymbol(function.NewName)
            {
                Value = (ulong)function.Part.SymbolOffset,
                Size = symbol.Size,
                Type = symbol.Type,
                Binding = ElfSymbolBinding.Global,
                Other = (byte)(symbol.Other & ~3),
            },
            sections[function.Part]);
    }

    private void AddTable(ElfDataSection table, TableEntry[] entries)
    {
        ElfDataSection copy = new(table.Name, table.Type, [.. entries.SelectMany(entry => entry.Contents.ToArray())])
        {
            Flags = table.Flags & ~ElfSectionFlags.Group,
            Alignment = entries[0].Table.IsTraceSites ? Math.Max(table.Alignment, PointerBytes) : table.Alignment,
            EntrySize = table.EntrySize,
        };
        // Which of the functions it is ordered by says nothing once they are in sections of their own.
        if (table.Flags.HasFlag(ElfSectionFlags.LinkOrder))
            copy.Link = sections[entries[0].Owner!];
        target.AddSection(copy);
        ulong start = 0;
        List<(PartReference, ulong)> references = [];
        foreach (TableEntry entry in entries)
        {
            references.AddRange(entry.References.Select(reference => (reference, start + reference.Offset)));
            start += (ulong)entry.Size;
        }

        AddRelocations(copy, references);
    }

    private void AddRelocations(ElfDataSection section, List<(PartReference Reference, ulong Offset)> references)
    {
        if (references.Count == 0)
            return;
        ElfRelocationSection relocations = new(".rela" + section.Name, section, target.SymbolTable!);
        foreach ((PartReference reference, ulong offset) in references)
        {
            ReferenceDecision decision = plan.Decisions[reference.Relocation];
            relocations.Relocations.Add(new ElfRelocation
            {
                Offset = offset,
                Type = reference.Relocation.Type,
                Symbol = SymbolOf(decision, reference.Relocation.Symbol),
                Addend = decision.Addend,
            });
        }

        target.AddSection(relocations);
    }

    private ElfSymbol? SymbolOf(ReferenceDecision decision, ElfSymbol? original) => decision.Kind switch
    {
        ReferenceKind.Included => sectionSymbols[decision.Part!],
        ReferenceKind.Livepatch => Undefined(AnnotatedName(decision.Symbol!), ElfSymbolBinding.Global),
        ReferenceKind.Undefined when original is null => null,
        ReferenceKind.Undefined => Undefined(decision.SymbolName!, ElfSymbolBinding.Weak),
        _ => Undefined(decision.SymbolName!, ElfSymbolBinding.Global),
    };

    private string AnnotatedName(KernelSymbol symbol) => string.Create(
        CultureInfo.InvariantCulture,
        $"{LivepatchNames.AnnotatedSymbolPrefix}{PatchedObjectOf(symbol)}.{symbol.ObjectName}.{symbol.Name},{symbol.Sympos}");

    // What vmlinux has is there as the livepatch loads; what a module has, when the module comes that the code is for.
    private string PatchedObjectOf(KernelSymbol symbol) => symbol.ObjectName == ModuleName.Vmlinux ? symbol.ObjectName : plan.ObjectName;

    private ElfSymbol Undefined(string name, ElfSymbolBinding binding)
    {
        if (undefined.TryGetValue(name, out ElfSymbol? known))
            return known;
        ElfSymbol symbol = new(name) { Binding = binding };
        target.SymbolTable!.AddSymbol(symbol);
        undefined.Add(name, symbol);
        return symbol;
    }

    private void AddSymbol(ElfSymbol symbol, ElfSection section)
    {
        symbol.Section = section;
        target.SymbolTable!.AddSymbol(symbol);
    }

    private void AddSymbol(ElfSymbol symbol, ushort specialIndex)
    {
        symbol.SetSpecialIndex(specialIndex);
        target.SymbolTable!.AddSymbol(symbol);
    }
}
