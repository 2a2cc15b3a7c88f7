using System.Globalization;
using Klp.Kbuild.Units;

namespace Klp.Tool.Output;

/// <summary>Prints what files are compiled into, for people.</summary>
internal static class UnitsText
{
    internal static void Print(UnitsReport report)
    {
        foreach (FileUnits file in report.Files)
            Print(file);
        if (report.Cost.Units > 0)
            Print(report.Cost);
    }

    private static void Print(FileUnits file)
    {
        Console.Out.WriteLine($"{file.Path}: {Counted(file.Units.Count, "object")}");
        if (file.Units.Count == 0)
            return;
        Table.Print(["object", "source", "in", "functions", "traceable", "for the start", "compiled from"], file.Units.Select(unit => new[]
        {
            unit.Object,
            unit.Source,
            unit.ObjectName.Length == 0 ? "neither" : unit.ObjectName,
            Number(unit.Functions),
            Number(unit.TraceSites),
            Number(unit.StartFunctions),
            $"{Size(unit.InputBytes)}, {Counted(unit.InputFiles, "file")}",
        }));
        foreach (IGrouping<string, UnitFacts> units in file.Units.Where(unit => unit.Obstacle is not null).GroupBy(unit => unit.Obstacle!))
            Console.Out.WriteLine($"  cannot be patched, as {units.Key}: {string.Join(", ", units.Select(unit => unit.Object))}");
    }

    private static void Print(PatchCost cost)
    {
        Console.Out.WriteLine(
            $"cost of a patch: {Counted(cost.Units, "unit")} ({cost.OfC} of C, {cost.OfAssembler} of assembler), {cost.Patchable} "
            + $"of which can be patched, compiled from {Size(cost.InputBytes)}");
        if (cost.LeastSeconds is { } least && cost.MostSeconds is { } most)
        {
            Console.Out.WriteLine(
                $"  about {Seconds(least)} where no unit changes (each is compiled once), {Seconds(most)} where all do (four "
                + $"times), on {Counted(cost.Processors, "processor")}");
            Console.Out.WriteLine(
                $"  measured: {cost.MeasuredUnit} compiled in {Seconds(cost.MeasuredSeconds!.Value)}; the others are taken to need "
                + "as long for each byte that they are compiled from");
        }
        else
        {
            Console.Out.WriteLine($"  how long that takes is not known: {cost.Problem}");
        }
    }

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
