using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Trees;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;
using Klp.Patching.Patches;
using Klp.Patching.Placement;

namespace Klp.Kbuild.Patching;

/// <summary>Extracts from compiled units what changed.</summary>
internal sealed class UnitExtraction(KernelTree tree, UnitIndex index, IReadOnlyList<PatchedSource> files, DiagnosticBag diagnostics)
{
    private readonly LinkedImages images = new(tree);
    private readonly HashSet<string> newNames = new(StringComparer.Ordinal);
    private readonly List<LinkedObject> objects = [];
    private readonly List<DescribedFunction> functions = [];
    private readonly List<ExtractedUnit> extracted = [];
    private readonly DiagnosticBag notes = [];

    internal IReadOnlyList<LinkedObject> Objects => objects;

    internal IReadOnlyList<DescribedFunction> Functions => functions;

    /// <summary>What was found out of each unit, so far where there is an error.</summary>
    internal IReadOnlyList<ExtractedUnit> Extracted => extracted;

    /// <summary>What was found of single units and is told for all of them: see <see cref="PatchNotes"/>.</summary>
    internal IReadOnlyCollection<Diagnostic> Notes => notes;

    /// <summary>Extracts.</summary>
    /// <returns>False after an error.</returns>
    internal bool Run(IReadOnlyList<CompiledUnit> compiled)
    {
        ModuleSymvers exports = tree.ReadExports(diagnostics);
        List<PlacedUnit> placed = [.. compiled.Where(unit => !unit.IsUnaffected).Select(Place).OfType<PlacedUnit>()];
        if (diagnostics.HasErrors)
            return false;
        HashSet<string> ofPatch = [.. compiled.Select(unit => unit.Unit.Object)];
        ILookup<string, string> FindUsers(string objectName, IReadOnlySet<string> symbols) =>
            index.FindUsers(objectName, symbols, ofPatch);
        new ChangedTypes(files, exports, FindUsers, diagnostics).Check(compiled, placed);
        foreach (CompiledUnit unit in compiled)
        {
            if (unit.IsUnaffected)
                extracted.Add(new ExtractedUnit(unit, null, null));
            else
                Extract(placed.Single(other => other.Compiled == unit), placed, exports);
        }

        return !diagnostics.HasErrors;
    }

    private SourcePlace? PlaceOf(KernelUnit unit) => files.FirstOrDefault(file => unit.Touched.Contains(file.Path))?.FirstChange;

    private PlacedUnit? Place(CompiledUnit compiled)
    {
        KernelUnit unit = compiled.Unit;
        if (images.Find(unit.ObjectName) is not { } image)
        {
            diagnostics.Add(PatchBuildMessages.ImageMissing(PlaceOf(unit), unit));
            return null;
        }

        PlacementFinder finder = new(image, ElfObject.Read(compiled.Tree, unit.Object));
        if (finder.Find() is not { } placement)
        {
            diagnostics.Add(PatchBuildMessages.NotLinked(PlaceOf(unit), unit, finder.Problem));
            return null;
        }

        UnitDiff diff = new(
            new UnitObject(ElfObject.Read(compiled.Original!, unit.Object), compiled.KeptNames),
            new UnitObject(ElfObject.Read(compiled.Patched!, unit.Object), compiled.PatchedKeptNames));
        ChangePlaces places = new([.. files.Where(file => unit.Touched.Contains(file.Path))], diff.Patched);
        return new PlacedUnit(compiled, image, placement, diff, places);
    }

    private void Extract(PlacedUnit placed, List<PlacedUnit> all, ModuleSymvers exports)
    {
        KernelUnit unit = placed.Compiled.Unit;
        HashSet<string> others = GlobalsOfOthers(placed, all);
        // What is new in vmlinux a module cannot use without an export, and may have under the same name itself.
        PlacedUnit[] ofImage = [.. all.Where(other => other.Compiled.Unit.ObjectName == unit.ObjectName)];
        HashSet<string> newGlobals =
            [.. ofImage.SelectMany(other => other.Diff.New)
                .Where(part => part.IsGlobal && !UnitDiff.IsForStart(part))
                .SelectMany(part => part.Symbols)
                .Select(symbol => symbol.Name)];
        DiagnosticBag found = [];
        SourceOrigins origins = new([.. files.Where(file => unit.Touched.Contains(file.Path))], placed.Diff);
        ExtractionPlanner planner = new(
            new ExtractionRequest
            {
                Diff = placed.Diff,
                Placement = placed.Placement,
                Kernel = new KernelSymbols(images, exports, placed.Image),
                Source = unit.Source,
                Place = placed.Places.First,
                FindPlace = placed.Places.Of,
                IsChangedItself = part => origins.Of(part).Any(origin => origin.IsIn(part)),
                NewGlobals = newGlobals,
                RuntimeConstants = placed.Compiled.RuntimeConstants,
                FindInOtherUnits = name => FindMadeGlobal(ofImage.Where(other => other != placed), name),
                IsInOtherUnits = name => others.Contains(name),
                NewName = NewName,
            },
            found);
        ExtractionPlan? plan = planner.Plan();
        diagnostics.AddRange(found.Where(diagnostic => !PatchNotes.IsOfAll(diagnostic)));
        notes.AddRange(found.Where(PatchNotes.IsOfAll));
        extracted.Add(new ExtractedUnit(placed.Compiled, placed, plan));
        if (plan is null || plan.Parts.Count == 0)
            return;
        string name = Path.ChangeExtension(unit.Object, null).Replace('/', '-');
        if (unit.ObjectName != ModuleName.Vmlinux)
            name = $"{unit.ObjectName}-{name}";
        objects.Add(new LinkedObject(name, new ExtractionApplier(plan, unit.Object).Apply().ToArray()));
        functions.AddRange(plan.Functions.Select(function =>
            new DescribedFunction(
                function.Symbol.Name,
                function.Symbol.ObjectName,
                function.NewName,
                function.Symbol.Sympos,
                placed.Places.Of(function.Part.Name))));
    }

    // Which of the globals that a unit loses other units of its image name, as the patch leaves them.
    private HashSet<string> GlobalsOfOthers(PlacedUnit placed, List<PlacedUnit> all)
    {
        HashSet<string> gone = [.. placed.Diff.LostNames];
        if (gone.Count == 0)
            return [];
        string image = placed.Compiled.Unit.ObjectName;
        PlacedUnit[] affected = [.. all.Where(unit => unit.Compiled.Unit.ObjectName == image)];
        IEnumerable<string> named = affected.SelectMany(unit => unit.Diff.Patched.Source.Symbols)
            .Where(symbol => symbol.Binding != ElfSymbolBinding.Local).Select(symbol => symbol.Name).Where(gone.Contains);
        HashSet<string> replaced = [.. affected.Select(unit => unit.Compiled.Unit.Object)];
        return [.. named, .. index.FindGlobals(image, gone, replaced)];
    }

    // What was static in the kernel, and that the patch lets other units use.
    private static KernelSymbol? FindMadeGlobal(IEnumerable<PlacedUnit> others, string name)
    {
        foreach (PlacedUnit other in others)
        {
            if (other.Diff.Patched.Parts.FirstOrDefault(part => part.IsGlobal && part.Name == name) is { } part
                && other.Diff.OriginalOf(part) is { } original && other.Placement.Find(original.Name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private string NewName(string oldName)
    {
        string name = NewFunctionName.For(oldName);
        for (int number = 2; !newNames.Add(name); number++)
            name = FormattableString.Invariant($"{NewFunctionName.For(oldName)}_{number}");
        return name;
    }
}
