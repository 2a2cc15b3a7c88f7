using Klp.Boot.Host;
using Klp.Boot.Tests.LoaderRules;
using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.Kernels;

/// <summary>
/// What has to work on every kernel that belongs to the release of Debian that the tests run on. docs/kernels.md has the
/// results as a table, which is made from these very runs: each adds the rows of its kernels.
/// </summary>
[Collection(Guests.Collection)]
public class KernelTableTests(KernelMatrixRun run, LoadRuleRun rules) : IClassFixture<KernelMatrixRun>
{
    public static TheoryData<string, string> Cells
    {
        get
        {
            TheoryData<string, string> cells = [];
            foreach (string kernel in MatrixKernels.Names)
            {
                foreach (string check in KernelMatrixRun.Checks)
                    cells.Add(kernel, check);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Works_on_a_kernel_of_this_release(string kernel, string check) => Assert.NotEmpty(await run.ResultAsync(kernel, check, rules));

    [Fact]
    public async Task The_document_has_the_results_of_this_run()
    {
        List<string[]> rows = [["architecture", "kernel", "from", .. KernelMatrixRun.Checks]];
        foreach (string name in MatrixKernels.Names)
        {
            KernelUnderTest kernel = MatrixKernels.Named(name);
            List<string> row = [kernel.Tree.Architecture.DisplayName, KernelName.Of(kernel), MatrixKernels.Origin(kernel)];
            foreach (string check in KernelMatrixRun.Checks)
                row.Add(await CellAsync(name, check));
            rows.Add([.. row]);
        }

        new DocumentTable(Repository.Combine("docs", "kernels.md"), "kernels").AssertHasOfItsKernels(rows, kernelColumn: 2);
    }

    // What failed, or could not run, is not told as passed.
    private async Task<string> CellAsync(string kernel, string check)
    {
        try
        {
            return await run.ResultAsync(kernel, check, rules);
        }
        catch (Exception)
        {
            return "**fails**";
        }
    }
}
