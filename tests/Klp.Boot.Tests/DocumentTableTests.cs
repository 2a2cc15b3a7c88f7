namespace Klp.Boot.Tests;

/// <summary>What a run has to find in a table of a document whose rows are of kernels, and what it writes there.</summary>
public sealed class DocumentTableTests : IDisposable
{
    private const string Before = "# Title\n\n<!-- table: t -->\n", After = "<!-- end of table -->\nText\n";
    private const string Heading = "| rule | kernel | verdict |\n| --- | --- | --- |\n";
    private const string Old = "| 1 | demo, 7.2.9, gcc 12.2.0 | errno 8 \\|\\| 9 |\n", Other = "| 2 | demo, 7.2.9, gcc 12.2.0 | loads |\n";

    private readonly TestFolder folder = new();

    [Fact]
    public void A_row_of_another_kernel_is_not_compared_and_adds_nothing()
    {
        Table(Old + Other).AssertHasForSomeKernel(Rows(("1", "demo, 7.3.1, gcc 12.2.0", "errno 7"), ("2", "demo, 7.2.9, gcc 14.2.0", "errno 1")), 1);
        Table(Old).AssertHasOfItsKernels(Rows(("1", "demo, 7.3.1, gcc 12.2.0", "errno 7"), ("2", "backports, 7.3.1, gcc 14.2.0", "loads")), 1);
        Assert.Equal(Before + Heading + Old + After, File.ReadAllText(folder.Combine("table.md")));
    }

    [Fact]
    public void A_row_of_a_kernel_that_the_document_names_has_to_be_the_same()
    {
        IReadOnlyList<IReadOnlyList<string>> good = Rows(("1", "demo, 7.2.9, gcc 12.2.0", "errno 8 \\|\\| 9")), bad = Rows(("1", "demo, 7.2.9, gcc 12.2.0", "errno 7"));
        Table(Old).AssertHasForSomeKernel(good, 1);
        Table(Old).AssertHasOfItsKernels(good, 1);
        Assert.Contains("errno 7", Assert.ThrowsAny<Exception>(() => Table(Old).AssertHasForSomeKernel(bad, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("errno 7", Assert.ThrowsAny<Exception>(() => Table(Old).AssertHasOfItsKernels(bad, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_is_new_or_gone_has_to_be_written_whatever_the_kernel()
    {
        (string, string, string) first = ("1", "demo, 7.3.1, gcc 12.2.0", "errno 8"), second = ("2", "demo, 7.3.1, gcc 12.2.0", "loads");
        Assert.Contains("| 2 |", Assert.ThrowsAny<Exception>(() => Table(Old).AssertHasForSomeKernel(Rows(first, second), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("| 2 |", Assert.ThrowsAny<Exception>(() => Table(Old + Other).AssertHasForSomeKernel(Rows(first), 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_writes_its_rows_and_leaves_those_of_other_machines()
    {
        Table(Old + Other, update: true).AssertHasOfItsKernels(Rows(("2", "demo, 7.2.9, gcc 12.2.0", "wrong"), ("2", "demo, 7.3.1, gcc 12.2.0", "loads")), 1);
        Assert.Equal(
            Before + Heading + Old + Other.Replace("loads", "wrong", StringComparison.Ordinal) + "| 2 | demo, 7.3.1, gcc 12.2.0 | loads |\n" + After,
            File.ReadAllText(folder.Combine("table.md")));
    }

    public void Dispose() => folder.Dispose();

    private DocumentTable Table(string rows, bool update = false) => new(folder.Write("table.md", Before + Heading + rows + After), "t", update);

    private static IReadOnlyList<IReadOnlyList<string>> Rows(params (string Rule, string Kernel, string Verdict)[] rows) =>
        [["rule", "kernel", "verdict"], .. rows.Select(row => new[] { row.Rule, row.Kernel, row.Verdict })];
}
