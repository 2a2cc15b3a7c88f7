using Klp.Kbuild.Building;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Units;

/// <summary>Finds what files of a kernel's source are compiled into, and what a patch of them costs.</summary>
/// <param name="request">The files.</param>
public sealed class UnitsFinder(UnitsRequest request)
{
    /// <summary>Finds it.</summary>
    /// <param name="diagnostics">Receives what is wrong with the kernel or the names, and which files are not in the kernel.</param>
    /// <param name="cancellation">Ends the reading and the compiler.</param>
    /// <returns>The report; null where a file, or the kernel, is not there.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public UnitsReport? Find(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (KernelTree.Open(request.Kernel.KernelTree, diagnostics) is not { } tree
            || KernelSource.Find(tree.BuildDirectory, request.SourceDirectory, diagnostics) is not { } source)
        {
            return null;
        }

        // Without a compiler everything but the time can be told.
        DiagnosticBag ofCompiler = new();
        KernelCache? kernel = KernelResolver.Resolve(request.Kernel, ofCompiler)?.Cache;
        if (UnitIndex.Read(source, kernel is null ? null : CacheFile(kernel), diagnostics, cancellation) is not { } index)
            return null;
        SourceFileFinder finder = new(source, index, request.CurrentDirectory);
        string[] paths = [.. request.Files
            .Select(file => finder.Find(file, diagnostics))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)];
        if (diagnostics.HasErrors)
            return null;
        UnitSelection selection = index.Find(paths);
        UnusedFiles.Report(selection, paths, source, tree.Config, diagnostics);
        DiffArchitectures.Check(tree.Architecture.Machine, new SourcePlace(tree.ConfigPath), diagnostics);
        PatchableConfig.Check(tree.ConfigPath, diagnostics);
        UnitInputs inputs = new(source);
        Dictionary<KernelUnit, UnitFacts> facts = selection.Units.AsParallel().WithCancellation(cancellation)
            .Select(unit => (unit, Facts: FactsOf(source, unit, inputs))).ToDictionary(pair => pair.unit, pair => pair.Facts);
        CompileMeasure measure = new(request, source, kernel, ofCompiler);
        return new UnitsReport(
            [.. paths.Select(path => new FileUnits(
                path, [.. selection.Units.Where(unit => unit.Touched.Contains(path)).Select(unit => facts[unit])]))],
            measure.CostOf(selection.Units, facts, cancellation));
    }

    // As builds of patches have it.
    private static string CacheFile(KernelCache kernel)
    {
        string folder = Path.Combine(Path.GetDirectoryName(kernel.Database)!, "patch");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, "units.index");
    }

    private static UnitFacts FactsOf(KernelSource source, KernelUnit unit, UnitInputs inputs)
    {
        ObjectFunctions? functions = unit.Language == UnitLanguage.C
            ? ObjectFunctions.Count(Path.Combine(source.BuildDirectory, unit.Object))
            : null;
        bool isTraced = TraceOptions.AreIn(unit.Command);
        return new UnitFacts
        {
            Object = unit.Object,
            Source = unit.Source,
            Language = unit.Language,
            ObjectName = unit.ObjectName,
            Obstacle = ObstacleOf(unit, functions, isTraced),
            IsTraced = isTraced,
            Functions = functions?.All,
            StartFunctions = functions?.ForStart,
            TraceSites = functions?.TraceSites,
            InputFiles = unit.Dependencies.Count + 1,
            InputBytes = inputs.BytesOf(unit),
        };
    }

    private static string? ObstacleOf(KernelUnit unit, ObjectFunctions? functions, bool isTraced) => (unit.Language, functions) switch
    {
        (UnitLanguage.Rust, _) => "it is Rust, and a livepatch replaces functions of C",
        (UnitLanguage.Assembler, _) => "it is assembler, and a livepatch replaces functions of C",
        _ when unit.Image is { } image => $"it belongs to {image}",
        _ when !isTraced => "its recorded command makes no place for ftrace in any function",
        (_, null) => "its object is missing, or none that can be read",
        (_, { All: 0 }) => "it has no function",
        (_, { } counted) when counted.All == counted.ForStart => "all its functions are for the start alone",
        (_, { TraceSites: 0 }) => "ftrace can attach to none of its functions",
        _ => null,
    };
}
