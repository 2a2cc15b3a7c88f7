using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.RoundTrips;

/// <summary>
/// Converted livepatches that went through other programs, on booted kernels. docs/architectures.md has the results as a table,
/// which is made from these very runs.
/// </summary>
[Collection(Guests.Collection)]
public class RoundTripTableTests(RoundTripRun run) : IClassFixture<RoundTripRun>
{
    public static TheoryData<string, string> Cells
    {
        get
        {
            TheoryData<string, string> cells = [];
            foreach (string kernel in RoundTripRun.Kernels)
            {
                foreach (string check in RoundTripRun.Checks)
                    cells.Add(kernel, check);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task The_round_trip_of_a_livepatch_ends_in_a_kernel(string kernel, string check) =>
        Assert.NotEmpty(await run.ResultAsync(kernel, check));

    [Fact]
    public async Task The_document_has_the_results_of_this_run()
    {
        List<string[]> rows = [["architecture", "booted", .. RoundTripRun.Checks]];
        foreach (string kernel in RoundTripRun.Kernels)
        {
            List<string> row = [.. RoundTripRun.Describe(kernel)];
            foreach (string check in RoundTripRun.Checks)
                row.Add(await CellAsync(kernel, check));
            rows.Add([.. row]);
        }

        new DocumentTable(Repository.Combine("docs", "architectures.md"), "booted").AssertHasOfItsKernels(rows, kernelColumn: 1);
    }

    // What failed, or could not run, is not told as passed.
    private async Task<string> CellAsync(string kernel, string check)
    {
        try
        {
            return await run.ResultAsync(kernel, check);
        }
        catch (Exception)
        {
            return "**fails**";
        }
    }
}
