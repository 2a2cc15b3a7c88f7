using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Signing;

namespace Klp.Livepatch.Conversion;

/// <summary>Makes the plan of a conversion: pure, it changes nothing.</summary>
public static class ConversionPlanner
{
    /// <summary>Plans the conversion of a livepatch module.</summary>
    /// <param name="module">The module as kbuild linked it.</param>
    /// <param name="context">What is known about the kernel.</param>
    /// <param name="projectAnnotations">What the project says about symbols, besides the annotations in the module.</param>
    /// <returns>The plan, with every diagnostic there is.</returns>
    public static ConversionPlan Plan(ElfObject module, ConversionContext context, IReadOnlyList<Annotation>? projectAnnotations = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(context);
        DiagnosticBag diagnostics = new();
        LivepatchModule livepatch = LivepatchModule.Of(module, context.Tree);
        if (!CanConvert(module, context.Tree, diagnostics) || (context.Dialect ?? DialectOf(livepatch, diagnostics)) is not { } dialect)
            return new ConversionPlan(module, [], [], [], diagnostics);

        List<ElfSymbol> undefined = [.. module.Symbols.Skip(1).Where(symbol => symbol.IsUndefined && symbol.Name.Length > 0)];
        Dictionary<string, Annotation> annotations = new AnnotationReader(module, projectAnnotations ?? [], diagnostics).Read();
        SymbolLookup lookup = context.Database.Find(undefined.Select(KernelName), diagnostics, context.IgnoredSuffix(dialect));
        if (diagnostics.HasErrors)
            return new ConversionPlan(module, [], [], [], diagnostics);

        SymbolUses uses = livepatch.Uses;
        NearestNameSearch nearest = new(
            context.Database,
            undefined.Select(symbol => Wanted(symbol, annotations)).Where(wanted => lookup.Occurrences(wanted.Name).Count == 0));
        SymbolDecider decider = new(context, annotations, livepatch.Tables, lookup, nearest, uses, diagnostics);
        List<SymbolDecision> decisions = [.. undefined.Select(decider.Decide)];
        foreach (Annotation unused in (projectAnnotations ?? []).ExceptBy(
            undefined.Select(symbol => symbol.Name), annotation => annotation.Symbol.Name))
        {
            bool isDefined = module.Symbols.Any(symbol => !symbol.IsUndefined && symbol.Name == unused.Symbol.Name);
            diagnostics.Add(AnnotationMessages.UnusedItem(unused.Place, unused.Symbol.Name, unused.Origin, isDefined));
        }

        Dictionary<ElfSection, int> sectionOrder = module.Sections.Select((section, index) => (section, index)).ToDictionary();
        RelocationMover mover = new(livepatch, dialect, context.Tree?.Config, diagnostics);
        List<RelocationMove> moves = [.. decisions
            .Where(decision => decision.Kind == SymbolDecisionKind.Livepatch)
            .SelectMany(mover.Moves)
            .OrderBy(move => sectionOrder[move.Section])
            .ThenBy(move => move.Relocation.Offset)];
        mover.Report();
        RequireNamesFit(decisions, moves, dialect, uses, diagnostics);
        RequireRenumberable(module, mover.SpecialSectionMoves, diagnostics);
        return new ConversionPlan(module, decisions, moves, mover.SpecialSectionMoves, diagnostics)
        {
            Depends = Depends(livepatch.Info, decisions, name => context.ExporterOf(name, lookup)),
        };
    }

    private static KernelDialect? DialectOf(LivepatchModule module, DiagnosticBag diagnostics)
    {
        string release = (module.Info.Find("vermagic") ?? "").Split(' ')[0];
        if (KernelVersion.TryParse(release, out KernelVersion version))
            return KernelDialect.For(version);
        diagnostics.Add(ConversionMessages.NoVersionMagic(new SourcePlace(module.File.FileName)));
        return null;
    }

    private static bool CanConvert(ElfObject module, KernelTree? tree, DiagnosticBag diagnostics)
    {
        SourcePlace place = new(module.FileName);
        if (tree is not null && module.Header.Machine != tree.Architecture.Machine)
            diagnostics.Add(ConversionMessages.WrongArchitecture(place, tree.WrongArchitecture(module.Header.Machine)));
        else if (module.SymbolTable is null)
            diagnostics.Add(ConversionMessages.NoSymbolTable(place));
        else if (module.Symbols.Any(symbol => symbol.IsLivepatch)
            || module.Sections.Any(section => section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch)))
        {
            diagnostics.Add(ConversionMessages.AlreadyConverted(place));
        }
        else if (module.Trailer.EndsWith(ModuleSignature.Marker))
            diagnostics.Add(ConversionMessages.Signed(place));
        return !diagnostics.HasErrors;
    }

    // Annotations and tables that move take their symbols with them; not every section with symbol indices can follow.
    private static void RequireRenumberable(ElfObject module, IReadOnlyList<SpecialSectionMove> specialMoves, DiagnosticBag diagnostics)
    {
        HashSet<ElfSection> leaving = [.. AnnotationReader.Sections(module), .. specialMoves.Select(move => move.Entry.Table)];
        if (leaving.Count == 0)
            return;
        leaving.UnionWith(
            module.RelocationSections.Where(section => section.InfoSection is { } target && leaving.Contains(target)).ToList());
        foreach (ElfSection section in module.Sections.Where(section => !leaving.Contains(section)))
        {
            string? reason = section switch
            {
                ElfDataSection when section.Link == module.SymbolTable => "to symbols by their indices",
                { Link: { } link } when leaving.Contains(link) => $"to {link.Name}",
                { InfoSection: { } target } when leaving.Contains(target) => $"to {target.Name}",
                ElfGroupSection group when group.Members.FirstOrDefault(leaving.Contains) is { } member => $"to {member.Name}",
                _ => null,
            };
            if (reason is not null)
                diagnostics.Add(ConversionMessages.NotRenumberable(
                    new SourcePlace(module.FileName), section.Name, (uint)section.Type, reason));
        }
    }

    // modpost names every module whose exports are undefined here. What is a livepatch symbol or goes is undefined no longer.
    private static string? Depends(ModuleInfo info, List<SymbolDecision> decisions, Func<string, string?> exporterOf)
    {
        ILookup<bool, string?> exporters = decisions.ToLookup(
            decision => decision.Kind == SymbolDecisionKind.Leave,
            decision => exporterOf(decision.Name) ?? decision.Target?.ObjectName);
        HashSet<string?> released = [.. exporters[false].Except(exporters[true])];
        string[] depends = (info.Find("depends") ?? "").Split(',');
        string[] remaining = [.. depends.Where(name => !released.Contains(ModuleName.FromPath(name)))];
        return remaining.Length == depends.Length ? null : string.Join(',', remaining);
    }

    // An annotated symbol is looked up under the name that the kernel knows.
    private static string KernelName(ElfSymbol symbol) =>
        symbol.Name.StartsWith(LivepatchNames.AnnotatedSymbolPrefix, StringComparison.Ordinal)
            && LivepatchNames.ParseAnnotatedSymbol(symbol.Name) is { } annotated
            ? annotated.Symbol.Name
            : symbol.Name;

    // As SymbolDecider asks for the names near to it where there is no such symbol: an annotation says which object is to have it.
    private static (string Name, string? ObjectName) Wanted(ElfSymbol symbol, Dictionary<string, Annotation> annotations)
    {
        KernelSymbol? annotated = symbol.Name.StartsWith(LivepatchNames.AnnotatedSymbolPrefix, StringComparison.Ordinal)
            ? LivepatchNames.ParseAnnotatedSymbol(symbol.Name)?.Symbol
            : annotations.GetValueOrDefault(symbol.Name)?.Symbol;
        return annotated is null ? (symbol.Name, null) : (annotated.Name, annotated.ObjectName);
    }

    // The kernel reads names with sscanf into buffers of fixed size; what is longer does not parse.
    private static void RequireNamesFit(
        List<SymbolDecision> decisions, List<RelocationMove> moves, KernelDialect dialect, SymbolUses uses, DiagnosticBag diagnostics)
    {
        foreach (SymbolDecision decision in decisions)
        {
            if (decision.Target is { } target
                && (target.Name.Length > dialect.MaxSymbolNameLength || target.ObjectName.Length > ModuleName.MaxLength))
            {
                diagnostics.Add(ConversionMessages.SymbolNameTooLong(
                    uses.PlaceOf(decision.Symbol), LivepatchNames.Symbol(target), dialect.MaxSymbolNameLength));
            }
        }

        foreach (string patchedObject in moves
            .Select(move => move.PatchedObject)
            .Distinct()
            .Where(name => name.Length > ModuleName.MaxLength || name.Length == 0))
        {
            diagnostics.Add(ConversionMessages.ObjectNameTooLong(null, patchedObject));
        }
    }
}
