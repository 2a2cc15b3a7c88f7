using Klp.Boot.Testing;

namespace Klp.Boot.Tests.Machine;

public class TapOutputTests
{
    [Fact]
    public void The_forms_of_a_test_line_are_understood()
    {
        TapOutput? tap = TapOutput.Read("""
            TAP version 14
            1..6
            ok 1 - it works
            not ok 2 - it does not # with a '#' that is no directive
            # because of this
            # and that
            ok 3 # SKIP no such device
            not ok 4 - later # TODO not written yet
            ok
            ok 6 without a dash
                ok 1 - nested, which counts with what sums it up

            """);

        Assert.NotNull(tap);
        Assert.Null(tap.Problem);
        Assert.Equal(
        [
            new TapResult(1, "it works", CaseOutcome.Passed, ""),
            new TapResult(2, "it does not # with a '#' that is no directive", CaseOutcome.Failed, "because of this\nand that"),
            new TapResult(3, "", CaseOutcome.Skipped, "SKIP no such device"),
            new TapResult(4, "later", CaseOutcome.Skipped, "TODO not written yet"),
            new TapResult(5, "", CaseOutcome.Passed, ""),
            new TapResult(6, "without a dash", CaseOutcome.Passed, ""),
        ], tap.Results);
    }

    [Theory]
    [InlineData("1..2\nok 1\n", "It planned 2 tests and reported 1.")]
    [InlineData("1..1\nok 1\nok 2\n", "It planned 1 tests and reported 2.")]
    [InlineData("1..2\nok 1\nBail out! no device\n", "It gave up: no device")]
    public void A_plan_that_is_not_kept_is_a_problem(string text, string problem) => Assert.Equal(problem, TapOutput.Read(text)?.Problem);

    [Theory]
    [InlineData("ok\n")]
    [InlineData("")]
    [InlineData("not ok, said the program\n")]
    public void Output_without_plan_and_version_is_not_TAP(string text) => Assert.Null(TapOutput.Read(text));

    [Fact]
    public void A_skip_of_all_is_a_plan_of_none()
    {
        TapOutput? tap = TapOutput.Read("1..0 # SKIP no such device\n");

        Assert.NotNull(tap);
        Assert.Null(tap.Problem);
        Assert.Empty(tap.Results);
    }
}
