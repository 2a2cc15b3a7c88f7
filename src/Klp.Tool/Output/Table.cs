namespace Klp.Tool.Output;

/// <summary>Prints rows in columns as wide as their longest cell.</summary>
internal static class Table
{
    internal static void Print(string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
            Console.Out.WriteLine($"  {string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))}".TrimEnd());
    }
}
