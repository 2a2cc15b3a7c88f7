using Klp.Patching.Diff;

namespace Klp.Tool.Output;

/// <summary>Prints what two objects differ in, for people.</summary>
internal static class DiffText
{
    private const int MostDifferences = 8;

    internal static void Print(DiffSummary summary)
    {
        Print("functions", summary.Functions);
        Print("data", summary.Data);
        foreach (string section in summary.Registrations)
            Console.Out.WriteLine($"section {section} differs: it is read as the kernel or the module starts");
        foreach (string section in summary.Sections)
            Console.Out.WriteLine($"section {section} differs: nothing in it has a name");
        foreach (DiffNote note in summary.Notes)
            Console.Out.WriteLine($"note: {note.Text}");
    }

    private static void Print(string title, DiffedParts parts)
    {
        Console.Out.WriteLine(
            $"{title}: {parts.Changed.Count} changed, {parts.New.Count} new, {parts.Removed.Count} removed, {parts.Unchanged} unchanged");
        foreach (ChangedPart part in parts.Changed)
            Print(part);
        foreach (NamedPart part in parts.New)
            Console.Out.WriteLine($"  new      {part.Name} ({part.Section}, {part.Size} bytes)");
        foreach (NamedPart part in parts.Removed)
            Console.Out.WriteLine($"  removed  {part.Name} ({part.Section}, {part.Size} bytes)");
    }

    private static void Print(ChangedPart part)
    {
        string[] remarks =
        [
            part.Section,
            $"{part.Size} bytes",
            .. part.OldName is null ? Array.Empty<string>() : [$"before {part.OldName}"],
            .. part.IsForStart ? ["for the start alone"] : Array.Empty<string>(),
            .. part.IsTraceable == false ? ["ftrace cannot attach"] : Array.Empty<string>(),
        ];
        Console.Out.WriteLine($"  changed  {part.Name} ({string.Join(", ", remarks)})");
        foreach (PartDifference difference in part.Differences.Take(MostDifferences))
            Console.Out.WriteLine($"             {difference}");
        if (part.Differences.Count > MostDifferences)
            Console.Out.WriteLine($"             … and {part.Differences.Count - MostDifferences} more; --json has all");
    }
}
