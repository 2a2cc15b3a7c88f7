using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>
/// The round trip of a livepatch through conversion and other programs, for every architecture. docs/architectures.md has the
/// results as a table, which is made from these very runs.
/// </summary>
[Trait("Needs", "kernel")]
public class ArchitectureTableTests(ArchitectureRun run) : IClassFixture<ArchitectureRun>
{
    public static TheoryData<string, string> Cells
    {
        get
        {
            using ArchitectureRun empty = new();
            TheoryData<string, string> cells = [];
            foreach (Compiler compiler in Compiler.All)
            {
                foreach (string check in empty.Checks)
                    cells.Add(compiler.Name, check);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_round_trip_of_a_livepatch(string compiler, string check) => Assert.NotEmpty(run.Result(compiler, check));

    [Fact]
    public void The_document_has_the_results_of_this_run()
    {
        List<string[]> rows = [["architecture", .. run.Checks]];
        foreach (Compiler compiler in Compiler.All)
            rows.Add([compiler.Name, .. run.Checks.Select(check => Cell(compiler, check))]);
        new DocumentTable(Path.Combine(Repository.Find("docs")!, "architectures.md"), "round trip").AssertHas(rows);
    }

    // What failed, or could not run, is not told as passed.
    private string Cell(Compiler compiler, string check)
    {
        try
        {
            return run.Result(compiler.Name, check);
        }
        catch (Exception)
        {
            return "**fails**";
        }
    }
}
