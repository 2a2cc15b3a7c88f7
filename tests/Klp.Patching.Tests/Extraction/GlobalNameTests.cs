using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// What other units know by a name is bound to it since the kernel was linked: a name that the patch gives to another part is that
/// of the old one for all who are not replaced.
/// </summary>
public class GlobalNameTests
{
    private const string Source = """
        extern void used_elsewhere(void);
        int one(int a) { used_elsewhere(); return a + 1; }
        int two(int a) { used_elsewhere(); return a + 2; }
        int name(int a) __attribute__((alias("one")));
        int value = 3, other_value = 4;
        extern int name_of_value __attribute__((alias("value")));
        int more(int a) { return a * 3; }
        """;

    [Theory]
    [InlineData("alias(\"one\")", "alias(\"two\")", "name")]
    [InlineData("alias(\"value\")", "alias(\"other_value\")", "name_of_value")]
    public void A_name_that_becomes_one_of_another_part_is_refused(string old, string made, string name)
    {
        using SmallKernel kernel = new(Source);
        Assert.Null(kernel.PlanFor(Source.Replace(old, made).Replace("a * 3", "a * 5")));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.GlobalDefinedAnew.Code, refusal.Code);
        Assert.Contains($"makes {name} ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int name(int a) __attribute__((alias(\"one\")));", "")]
    [InlineData("int two(int a)", "static __attribute__((used)) int two(int a)")]
    public void A_name_that_goes_while_another_unit_uses_it_is_refused(string old, string made)
    {
        using SmallKernel kernel = new(Source);
        Assert.Null(kernel.PlanFor(Source.Replace(old, made).Replace("a * 3", "a * 5")));
        Assert.Equal(DiagnosticCodes.GlobalDefinedAnew.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    [Fact]
    public void Names_that_stay_are_in_nobodys_way()
    {
        using SmallKernel kernel = new(Source);
        Assert.Equal(["one"], kernel.Plan("a + 1", "a + 4")!.Functions.Select(function => function.Symbol.Name));
    }
}
