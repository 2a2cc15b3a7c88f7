using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Decides what each undefined symbol of a module is: an export that the loader resolves, or a symbol of the kernel or of a
/// module that livepatch must resolve. An annotation decides first, then the exports, then the database.
/// </summary>
internal sealed class SymbolDecider(
    ConversionContext context,
    Dictionary<string, Annotation> annotations,
    LivepatchTables tables,
    SymbolLookup lookup,
    NearestNameSearch nearest,
    SymbolUses uses,
    DiagnosticBag diagnostics)
{
    private const string ThisModule = "__this_module";

    private readonly HashSet<string> patchedModules = [.. tables.ModuleNames];
    private readonly UndecidedSymbolMessages advice = new(context);

    internal SymbolDecision Decide(ElfSymbol symbol)
    {
        string name = symbol.Name;
        if (name.StartsWith(LivepatchNames.AnnotatedSymbolPrefix, StringComparison.Ordinal))
            return DecideAnnotatedSymbol(symbol);
        if (annotations.TryGetValue(name, out Annotation? annotation))
            return DecideAnnotation(symbol, annotation);
        if (LoaderSymbols.Contains(name))
            return Leave(symbol, "the module loader defines it");
        // Of an object that is not linked yet.
        if (name == ThisModule)
            return Leave(symbol, "the last link of the module defines it");
        if (context.ExporterOf(name, lookup) is { } exporter)
            return DecideExport(symbol, exporter);
        // A symbol of a module that the livepatch has nothing to do with is hardly meant.
        if (symbol.Binding == ElfSymbolBinding.Weak && !lookup.Occurrences(name).Any(IsNear))
            return Leave(symbol, "it is weak and may stay undefined: neither vmlinux nor a patched module has it");
        return DecideUnexported(symbol);
    }

    private SymbolDecision DecideAnnotatedSymbol(ElfSymbol symbol)
    {
        if (LivepatchNames.ParseAnnotatedSymbol(symbol.Name) is not { } annotated)
        {
            diagnostics.Add(SymbolMessages.AnnotatedNameMalformed(uses.PlaceOf(symbol), symbol.Name));
            return Undecided(symbol);
        }

        return Annotated(symbol, new Annotation(annotated.Symbol, annotated.PatchedObject, "KLP_RELOC_SYMBOL"));
    }

    private SymbolDecision DecideAnnotation(ElfSymbol symbol, Annotation annotation)
    {
        if (uses.Of(symbol).Count > 0)
            return Annotated(symbol, annotation);

        diagnostics.Add(SymbolMessages.AnnotationUnused(annotation.Place ?? uses.PlaceOf(symbol), symbol.Name, annotation.Origin));
        return new SymbolDecision(symbol, symbol.Name, SymbolDecisionKind.Remove, null, null, "only an annotation names it");
    }

    private SymbolDecision Annotated(ElfSymbol symbol, Annotation annotation)
    {
        KernelSymbol target = annotation.Symbol;
        int count = lookup.Count(target.ObjectName, target.Name);
        if (count == 0)
        {
            bool isObject = lookup.ObjectNames.Contains(target.ObjectName);
            string question = isObject ? "" : lookup.QuestionOfObject(target.ObjectName);
            if (isObject && lookup.Occurrences(target.Name).Count == 0)
                question = nearest.Question(target.Name, target.ObjectName);
            SourcePlace place = annotation.Place ?? uses.PlaceOf(symbol);
            string notes = advice.NameToWrite(target.ObjectName, target.Name) + question;
            diagnostics.Add(isObject
                ? SymbolMessages.NotOfObject(place, target, UndecidedSymbolMessages.Elsewhere(lookup, target.Name), notes)
                : SymbolMessages.ObjectUnknown(place, target, notes));
            return Undecided(symbol);
        }

        if (!target.Sympos.IsWithin(count))
        {
            diagnostics.Add(SymbolMessages.PositionOutOfRange(
                annotation.Place ?? uses.PlaceOf(symbol), target, count, advice.Candidates(target.ObjectName, target.Name, count)));
            return Undecided(symbol);
        }

        if (target.Sympos.IsAmbiguous(count))
            return Ambiguous(symbol, target.Name, [new SymbolOccurrence(target.ObjectName, count)], annotation);
        return Livepatch(symbol, target, annotation.PatchedObject, $"the annotation ({annotation.Origin}) says so");
    }

    private SymbolDecision DecideExport(ElfSymbol symbol, string exporter)
    {
        if (exporter == ModuleName.Vmlinux)
            return Leave(symbol, "vmlinux exports it");

        // As an ordinary import it would force the patched module to be loaded before the livepatch.
        if (patchedModules.Contains(exporter))
            return Resolve(symbol, exporter, $"{exporter} exports it, and is patched and may be loaded later");

        diagnostics.Add(SymbolMessages.DependsOnExporter(uses.PlaceOf(symbol), symbol.Name, exporter));
        return Leave(symbol, $"{exporter} exports it: a hard dependency");
    }

    // The kernel and the patched modules come first: a name in some other module is hardly meant where they have it.
    private SymbolDecision DecideUnexported(ElfSymbol symbol)
    {
        IReadOnlyList<SymbolOccurrence> all = lookup.Occurrences(symbol.Name);
        List<SymbolOccurrence> near = [.. all.Where(IsNear)];
        IReadOnlyList<SymbolOccurrence> candidates = near.Count > 0 ? near : all;
        switch (candidates)
        {
            case []:
                diagnostics.Add(DiagnosticCodes.SymbolUnknown.At(
                    uses.PlaceOf(symbol), advice.Unknown(symbol.Name, UseOf(symbol), nearest)));
                return Undecided(symbol);
            case [{ Count: 1 } single]:
                return Resolve(symbol, single.ObjectName, $"{single.ObjectName} has one symbol of that name, which is not exported");
            default:
                return Ambiguous(symbol, symbol.Name, candidates);
        }
    }

    private bool IsNear(SymbolOccurrence occurrence) =>
        occurrence.ObjectName == ModuleName.Vmlinux || patchedModules.Contains(occurrence.ObjectName);

    private SymbolDecision Resolve(ElfSymbol symbol, string objectName, string reason)
    {
        int count = lookup.Count(objectName, symbol.Name);
        if (count > 1)
            return Ambiguous(symbol, symbol.Name, [new SymbolOccurrence(objectName, count)]);
        return Livepatch(symbol, new KernelSymbol(objectName, symbol.Name, 0), null, reason);
    }

    private SymbolDecision Ambiguous(
        ElfSymbol symbol, string name, IReadOnlyList<SymbolOccurrence> candidates, Annotation? annotation = null)
    {
        diagnostics.Add(DiagnosticCodes.SymbolAmbiguous.At(
            annotation?.Place ?? uses.PlaceOf(symbol), advice.Ambiguous(name, UseOf(symbol), candidates, annotation)));
        return Undecided(symbol);
    }

    private string UseOf(ElfSymbol symbol) =>
        uses.Of(symbol) is [var first, ..]
            ? uses.Describe(new ElfPlace(first.Section.InfoSection!, first.Relocation.Offset))
            : "the livepatch";

    private SymbolDecision Livepatch(ElfSymbol symbol, KernelSymbol target, string? patchedObject, string reason)
    {
        if (advice.PositionInBothViews(target) is not { } position)
        {
            diagnostics.Add(SymbolMessages.DependsOnLoadOrder(uses.PlaceOf(symbol), target));
            return Undecided(symbol);
        }

        if (!advice.KnowsBothViews(target))
            diagnostics.Add(SymbolMessages.PositionNotChecked(null, target.ObjectName));
        // Where the module makes its tables at run time nothing can be said.
        if (target.ObjectName != ModuleName.Vmlinux && tables.Objects.Count > 0 && !patchedModules.Contains(target.ObjectName))
            diagnostics.Add(SymbolMessages.DependsOnModule(uses.PlaceOf(symbol), target.Name, target.ObjectName));
        return new SymbolDecision(
            symbol, symbol.Name, SymbolDecisionKind.Livepatch, target with { Sympos = position }, patchedObject, reason);
    }

    private static SymbolDecision Leave(ElfSymbol symbol, string reason) =>
        new(symbol, symbol.Name, SymbolDecisionKind.Leave, null, null, reason);

    private static SymbolDecision Undecided(ElfSymbol symbol) =>
        new(symbol, symbol.Name, SymbolDecisionKind.Undecided, null, null, "see the diagnostics");
}
