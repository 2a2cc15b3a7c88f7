using System.Text.RegularExpressions;

namespace Klp.Tests;

/// <summary>
/// A table in a document that the tests write: it stands between two comments, and what stands there has to be what a run
/// makes. Only version numbers may differ, as they come from the machine of the run. In a table about kernels, a row is of the
/// kernel that it names: release and compiler.
/// </summary>
/// <param name="path">The document, in Markdown.</param>
/// <param name="name">The name in the comments.</param>
/// <param name="update">Whether the run writes the table instead of comparing; null for what the environment says.</param>
internal sealed partial class DocumentTable(string path, string name, bool? update = null)
{
    /// <summary>Set to 1, the run writes the table into the document instead of comparing.</summary>
    private const string Update = "KLP_UPDATE_TABLES";

    private bool Updates => update ?? Environment.GetEnvironmentVariable(Update) == "1";

    private string Start => $"<!-- table: {name} -->\n";

    private static string End => "<!-- end of table -->\n";

    /// <summary>Asserts that the document has a table.</summary>
    /// <param name="rows">Its rows; the first one is the heading.</param>
    internal void AssertHas(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string table = Format(rows), old = Read();
        if (Updates)
            Write(table);
        else if (WithoutVersions(old) != WithoutVersions(table))
            Fail($"The document has:\n{old}\nThis run makes:\n{table}");
    }

    /// <summary>
    /// Asserts that the document has each row for some kernel, and that those of this run's kernels are as the run makes them.
    /// What the run's other kernels make of a row is not compared: tests of their own hold the verdicts.
    /// </summary>
    /// <param name="rows">The rows; the first one is the heading.</param>
    /// <param name="kernelColumn">
    /// Which cell names the kernel, base 0: "demo, 7.3.4, gcc 12.2.0". It and those before it say which row it is; what follows
    /// the first comma is the kernel, which another machine may have otherwise.
    /// </param>
    internal void AssertHasForSomeKernel(IReadOnlyList<IReadOnlyList<string>> rows, int kernelColumn)
    {
        string table = Format(rows), old = Read();
        if (Updates)
        {
            Write(table);
            return;
        }

        string[] documented = Lines(old), made = Lines(table);
        Compare(documented, made, kernelColumn);
        string[] missing = [.. made.ExceptBy(documented.Select(Place), Place)], superfluous = [.. documented.ExceptBy(made.Select(Place), Place)];
        if (missing.Length + superfluous.Length > 0)
            Fail($"The document has no row for:\n{string.Join('\n', missing)}\nNothing of this run is:\n{string.Join('\n', superfluous)}");

        string Place(string line) => string.Join('|', Cells(line)[..kernelColumn]) + '|' + Cells(line)[kernelColumn].Split(',')[0];
    }

    /// <summary>Asserts that rows of the kernels that the document names are as this run makes them. Others may be missing there.</summary>
    /// <param name="rows">The rows; the first one is the heading.</param>
    /// <param name="kernelColumn">Which cell names the kernel, base 0; it and those before it say which row it is.</param>
    internal void AssertHasOfItsKernels(IReadOnlyList<IReadOnlyList<string>> rows, int kernelColumn)
    {
        string[] documented = Lines(Read()), made = Lines(Format(rows));
        if (!Updates)
        {
            Compare(documented, made, kernelColumn);
            return;
        }

        // Each run writes its rows; those of other machines stay.
        Dictionary<string, string> mine = made.ToDictionary(line => Row(line, kernelColumn), StringComparer.Ordinal);
        IEnumerable<string> kept = documented.Select(line => mine.Remove(Row(line, kernelColumn), out string? row) ? row : line);
        Write(Format([rows[0]]) + string.Concat(kept.ToArray().Concat(mine.Values).Select(line => line + '\n')));
    }

    private void Compare(string[] documented, string[] made, int kernelColumn)
    {
        Dictionary<string, string> known = documented.ToDictionary(line => Row(line, kernelColumn), StringComparer.Ordinal);
        foreach (string line in made)
        {
            if (known.TryGetValue(Row(line, kernelColumn), out string? row) && WithoutVersions(row) != WithoutVersions(line))
                Fail($"The document has:\n{row}\nThis run makes:\n{line}");
        }
    }

    private void Fail(string difference) =>
        Assert.Fail($"The table '{name}' in {path} is not the one that this run makes. If the new one is right, let the test write it: {Update}=1 ./test.sh --filter FullyQualifiedName~TableTests\n{difference}");

    private string Read()
    {
        string text = File.ReadAllText(path);
        (int start, int end) = Find(text);
        return text[start..end];
    }

    private void Write(string table)
    {
        string text = File.ReadAllText(path);
        (int start, int end) = Find(text);
        File.WriteAllText(path, text[..start] + table + text[end..]);
    }

    private (int Start, int End) Find(string text)
    {
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = text.IndexOf(End, start, StringComparison.Ordinal);
        Assert.True(start >= Start.Length && end >= start, $"{path} has no place for the table '{name}': the lines '{Start.TrimEnd()}' and '{End.TrimEnd()}'.");
        return (start, end);
    }

    /// <summary>The lines of a table's rows, without the heading and the line under it.</summary>
    private static string[] Lines(string table) => [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2)];

    private static string Row(string line, int kernelColumn) => string.Join('|', Cells(line)[..(kernelColumn + 1)]);

    private static string[] Cells(string line) => [.. CellEnd().Split(line)[1..^1].Select(cell => cell.Trim())];

    private static string Format(IReadOnlyList<IReadOnlyList<string>> rows) =>
        string.Concat(rows.Select((row, number) => Line(row) + (number == 0 ? Line([.. row.Select(_ => "---")]) : "")));

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string WithoutVersions(string table) => Version().Replace(table, "*");

    [GeneratedRegex(@"\b\d+\.\d+[\w.+-]*")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();
}
