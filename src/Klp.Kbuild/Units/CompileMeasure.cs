using System.Diagnostics;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Units;

/// <summary>
/// Tells how long the compiles of a patch take: compiles one of the units as the kernel's build did, and takes the others to need
/// as long for each byte that they are compiled from.
/// </summary>
internal sealed class CompileMeasure(UnitsRequest request, KernelSource source, KernelCache? kernel, DiagnosticBag ofCompiler)
{
    // As patched and as it was, each with the kernel's options and with sections.
    private const int CompilesOfChanged = 4;

    internal PatchCost CostOf(
        IReadOnlyList<KernelUnit> units, IReadOnlyDictionary<KernelUnit, UnitFacts> facts, CancellationToken cancellation)
    {
        // An object of two modules is there twice.
        KernelUnit[] compiled = [.. units.DistinctBy(unit => unit.Object)];
        PatchCost cost = new(
            compiled.Length,
            compiled.Count(unit => facts[unit].Obstacle is null),
            compiled.Count(unit => unit.Language == UnitLanguage.C),
            compiled.Count(unit => unit.Language == UnitLanguage.Assembler),
            compiled.Sum(unit => facts[unit].InputBytes),
            null, null, null, null, Environment.ProcessorCount, null);
        KernelUnit[] bySize = [.. compiled
            .Where(unit => unit.Language == UnitLanguage.C && facts[unit].InputBytes > 0)
            .OrderBy(unit => facts[unit].InputBytes)];
        if (bySize.Length == 0)
            return cost with { Problem = "There is nothing of C to compile." };
        KernelUnit middle = bySize[bySize.Length / 2];
        if (Measure(middle, cancellation, out string problem) is not { } seconds)
            return cost with { Problem = problem };
        double perByte = seconds / facts[middle].InputBytes;
        double[] each = [.. compiled.Select(unit => facts[unit].InputBytes * perByte)];
        return cost with
        {
            MeasuredUnit = middle.Object,
            MeasuredSeconds = seconds,
            LeastSeconds = Spread(each, 1),
            MostSeconds = Spread(
                [.. compiled.Where(unit => facts[unit].Obstacle is null).Select(unit => facts[unit].InputBytes * perByte)],
                CompilesOfChanged - 1) + Spread(each, 1),
        };
    }

    // No sooner than the longest one is done.
    private static double Spread(double[] each, int times) =>
        each.Length == 0 ? 0 : Math.Max(each.Max(), each.Sum() * times / Environment.ProcessorCount);

    private double? Measure(KernelUnit unit, CancellationToken cancellation, out string problem)
    {
        problem = ofCompiler.FirstOrDefault(found => found.Severity == DiagnosticSeverity.Error)?.Message
            ?? "The kernel's compiler was not found.";
        if (kernel is null)
            return null;
        UnitCompile compile = new(new UnitCompilerRequest
        {
            Kernel = kernel,
            Source = source,
            Overlay = new SourceOverlay(source, Path.Combine(request.WorkDirectory, "overlay")),
            Files = [],
            WorkDirectory = request.WorkDirectory,
            Launcher = request.Launcher,
            EnvironmentVariables = request.Kernel.EnvironmentVariables,
        });
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            CompileOutput output = compile.Run(unit, isPatched: false, UnitOutput.Plain, cancellation);
            problem = $"The recorded command for {unit.Object} fails: {(output.Errors is [var first, ..] ? first : "it left no object")}.";
            return output.Object is null ? null : watch.Elapsed.TotalSeconds;
        }
        catch (IOException failure)
        {
            problem = failure.Message;
            return null;
        }
    }
}
