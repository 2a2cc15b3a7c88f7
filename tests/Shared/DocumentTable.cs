using System.Text.RegularExpressions;

namespace Klp.Tests;

/// <summary>
/// A table in a document that the tests write: it stands between two comments, and what stands there has to be what a run
/// makes. Only version numbers may differ, as they come from the machine of the run.
/// </summary>
/// <param name="path">The document, in Markdown.</param>
/// <param name="name">The name in the comments.</param>
internal sealed partial class DocumentTable(string path, string name)
{
    /// <summary>Set to 1, the run writes the table into the document instead of comparing.</summary>
    private const string Update = "KLP_UPDATE_TABLES";

    private string Start => $"<!-- table: {name} -->\n";

    private static string End => "<!-- end of table -->\n";

    /// <summary>Asserts that the document has a table.</summary>
    /// <param name="rows">Its rows; the first one is the heading.</param>
    internal void AssertHas(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string text = File.ReadAllText(path);
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = text.IndexOf(End, start, StringComparison.Ordinal);
        Assert.True(start >= Start.Length && end >= start, $"{path} has no place for the table '{name}': the lines '{Start.TrimEnd()}' and '{End.TrimEnd()}'.");
        string table = Format(rows), old = text[start..end];
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(path, text[..start] + table + text[end..]);
        else if (WithoutVersions(old) != WithoutVersions(table))
            Assert.Fail($"The table '{name}' in {path} is not the one that this run makes. If the new one is right, let the test write it: {Update}=1 ./test.sh --filter FullyQualifiedName~TableTests\nThe document has:\n{old}\nThis run makes:\n{table}");
    }

    private static string Format(IReadOnlyList<IReadOnlyList<string>> rows) =>
        string.Concat(rows.Select((row, number) => Line(row) + (number == 0 ? Line([.. row.Select(_ => "---")]) : "")));

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string WithoutVersions(string table) => Version().Replace(table, "*");

    [GeneratedRegex(@"\b\d+\.\d+[\w.+-]*")]
    private static partial Regex Version();
}
