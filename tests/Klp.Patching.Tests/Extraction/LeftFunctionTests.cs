using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// A function that the patched version does not have is in the kernel nevertheless: whoever was given its address calls it, after the
/// patch too.
/// </summary>
public class LeftFunctionTests
{
    private const string Source = """
        extern void keep(int (*)(int, int)); extern void used_elsewhere(void);
        static __attribute__((noinline)) int helper(int a) { used_elsewhere(); return a * 3; }
        static __attribute__((noinline)) int callback(int a, int b) { used_elsewhere(); return helper(a) * b + 7; }
        int start(int a) { keep(callback); return a; }
        int direct(int a) { return callback(a, 3); }
        int other(int a) { return helper(a); }
        """;

    private const string Rest = "void keep(void *f) { }";

    [Theory]
    [InlineData("static __attribute__((noinline)) int callback", "callback.constprop.0")]
    [InlineData("static inline __attribute__((always_inline)) int callback", "inlined")]
    public void A_function_whose_address_was_kept_and_that_has_no_code_of_its_own_any_more_is_refused(string made, string why)
    {
        using SmallKernel kernel = new(Source, Rest);
        string patched = Source
            .Replace("keep(callback); return a;", "return a + 1;", StringComparison.Ordinal)
            .Replace("static __attribute__((noinline)) int callback", made, StringComparison.Ordinal)
            .Replace("b + 7", "b + 8", StringComparison.Ordinal);
        Assert.Null(kernel.PlanFor(patched));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.LeftFunctionRuns.Code, refusal.Code);
        Assert.StartsWith("callback() ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_goes_and_that_nobody_has_the_address_of_is_in_nobodys_way()
    {
        const string direct = "int direct(int a) { return callback(a, 3); }";
        string source = Source.Replace("keep(callback);", "", StringComparison.Ordinal);
        using SmallKernel kernel = new(source);
        ExtractionPlan plan = kernel.PlanFor(WithNewHelper(source).Replace(direct, "int direct(int a) { return helper(a, 3); }", StringComparison.Ordinal))!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Contains("helper", plan.Functions.Select(function => function.Symbol.Name));
    }

    [Fact]
    public void A_function_that_goes_with_all_who_call_it_stays_right_as_long_as_what_it_calls_has_its_parameters()
    {
        using SmallKernel kernel = new(Source, Rest);
        ExtractionPlan plan = kernel.PlanFor(WithoutCallback(Source).Replace("a * 3", "a * 5", StringComparison.Ordinal))!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Contains("helper", plan.Functions.Select(function => function.Symbol.Name));
    }

    [Fact]
    public void A_function_that_goes_and_whose_address_was_kept_must_not_call_a_new_version_with_other_parameters()
    {
        using SmallKernel kernel = new(Source, Rest);
        Assert.Null(kernel.PlanFor(WithoutCallback(WithNewHelper(Source))));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.LeftFunctionRuns.Code, refusal.Code);
        Assert.StartsWith("The kernel's callback() ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_goes_and_whose_address_was_kept_must_not_call_a_clone_that_changed()
    {
        // The compiler leaves out the parameter of which all know the value, in both versions.
        string source = Source
            .Replace("int helper(int a) {", "int helper(int a, int b) {", StringComparison.Ordinal)
            .Replace("a * 3", "a * b", StringComparison.Ordinal)
            .Replace("helper(a)", "helper(a, 3)", StringComparison.Ordinal);
        using SmallKernel kernel = new(source, Rest);
        Assert.NotEmpty(kernel.Symbols("helper.constprop.0"));
        Assert.Null(kernel.PlanFor(WithoutCallback(source).Replace("a * b", "a * b + 1", StringComparison.Ordinal)));
        Assert.Equal(DiagnosticCodes.LeftFunctionRuns.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    // Also by code of the start, which stored it and has gone.
    [Theory]
    [InlineData("int start(int a) { keep((void *)callback); return a; }")]
    [InlineData("__attribute__((section(\".init.text\"))) int start(int a) { keep((void *)callback); return a; }")]
    [InlineData("void *const table[] = { (void *)callback };")]
    public void A_function_whose_address_was_kept_must_not_get_other_parameters(string keeper)
    {
        string source = Source.Replace("int start(int a) { keep(callback); return a; }", keeper, StringComparison.Ordinal);
        using SmallKernel kernel = new(source, Rest);
        Assert.Null(kernel.PlanFor(source
            .Replace("int callback(int a, int b) {", "int callback(int a, int b, int c) {", StringComparison.Ordinal)
            .Replace("* b + 7", "* b + c", StringComparison.Ordinal)
            .Replace("callback(a, 3)", "callback(a, 3, a)", StringComparison.Ordinal)));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCodes.LeftFunctionRuns.Code, refusal.Code);
        Assert.Contains("it was s32 (s32, s32) and is s32 (s32, s32, s32)", refusal.Message, StringComparison.Ordinal);
    }

    private const string Body = "{ used_elsewhere(); for (int i = 0; i < a; i++) { used_elsewhere(); a *= 3; used_elsewhere(); } return a; }";

    // The compiler makes one of them, under both names.
    private const string Alike = $$"""
        extern void used_elsewhere(void);
        static int local(int a) {{Body}}
        int global(int a) {{Body}}
        int first(int a) { return local(a) + 1; }
        int second(int a) { return local(a) * 9; }
        """;

    [Fact]
    public void Of_two_functions_that_were_one_the_global_one_stays_and_the_callers_of_the_other_are_replaced()
    {
        using SmallKernel kernel = new(Alike);
        Assert.Equal(kernel.Symbols("global").Single().Value, kernel.Symbols("local").Single().Value);
        ExtractionPlan plan = kernel.PlanFor(Alike.Replace($"local(int a) {Body}", $"local(int a) {Body.Replace('3', '5')}", StringComparison.Ordinal))!;
        Assert.Empty(kernel.Diagnostics);
        Assert.Equal(["first", "second"], plan.Functions.Select(function => function.Symbol.Name));
    }

    [Fact]
    public void Of_two_functions_that_were_one_none_can_be_changed_alone_whose_address_was_kept()
    {
        const string alias = "static __typeof__(global) local __attribute__((alias(\"global\")));";
        const string source = $$"""
            extern void keep(int (*)(int)); extern void used_elsewhere(void);
            int global(int a) {{Body}}
            {{alias}}
            int first(int a) { keep(local); return local(a) + 1; }
            """;
        using SmallKernel kernel = new(source, "void keep(void *f) { }");
        string apart = $"static __attribute__((noinline)) int local(int a) {Body.Replace('3', '5')}";
        Assert.Null(kernel.PlanFor(source.Replace(alias, apart, StringComparison.Ordinal)));
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.LeftFunctionRuns.Code, refusal.Code);
        Assert.StartsWith("local() of unit.c is one with global() ", refusal.Message, StringComparison.Ordinal);
    }

    private static string WithNewHelper(string source) => source
        .Replace("int helper(int a) {", "int helper(int a, int b) {", StringComparison.Ordinal)
        .Replace("a * 3", "a * b", StringComparison.Ordinal)
        .Replace("return helper(a);", "return helper(a, a);", StringComparison.Ordinal)
        .Replace("helper(a) * b", "helper(a, b) * b", StringComparison.Ordinal);

    private static string WithoutCallback(string source) => string.Join('\n', source
        .Replace("keep(callback); return a;", "return a + 1;", StringComparison.Ordinal)
        .Replace("return callback(a, 3);", "return a + 3;", StringComparison.Ordinal)
        .Split('\n').Where(line => !line.Contains("int callback(", StringComparison.Ordinal)));
}
