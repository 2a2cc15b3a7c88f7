using Klp.Patching.Patches;

namespace Klp.Patching.Tests.Patches;

/// <summary>Which alternatives of #if the changes of a file are in; the compiler's own preprocessor says which are compiled.</summary>
public sealed class BranchProbeTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    // Old text, new text; the directives of the alternatives, and those that the preprocessor takes with CONFIG_A.
    [InlineData("#ifdef CONFIG_A\nint a;\n#else\nint b;\n#endif\n", "int a;", "int c;", "#ifdef CONFIG_A", "#ifdef CONFIG_A")]
    [InlineData("#ifdef CONFIG_A\nint a;\n#else\nint b;\n#endif\n", "int b;", "int c;", "#else of #ifdef CONFIG_A", "")]
    [InlineData("#ifdef CONFIG_B\nint a;\n#elif defined(CONFIG_A)\nint b;\n#else\nint d;\n#endif\n", "int b;", "int c;", "#elif defined(CONFIG_A) of #ifdef CONFIG_B", "#elif defined(CONFIG_A) of #ifdef CONFIG_B")]
    [InlineData("#ifdef CONFIG_B\nint a;\n#elif defined(CONFIG_A)\nint b;\n#else\nint d;\n#endif\n", "int d;", "int c;", "#else of #ifdef CONFIG_B", "")]
    [InlineData("#ifdef CONFIG_B\n#ifdef CONFIG_A\nint a;\n#endif\n#endif\n", "int a;", "int c;", "#ifdef CONFIG_A", "")]
    [InlineData("#if defined(CONFIG_B) || \\\n\tdefined(CONFIG_A) /* a\n comment */\nint a;\n#endif\n", "int a;", "int c;", "#if defined(CONFIG_B) || \\", "#if defined(CONFIG_B) || \\")]
    [InlineData("#ifdef CONFIG_B\nint a;\nint b;\n#endif\nint d;\n", "int b;\n", "", "#ifdef CONFIG_B", "")]
    [InlineData("#ifdef CONFIG_B\nint a;\n#endif\nint d;\n", "int a;", "int a;\n#ifdef CONFIG_A\nint c;\n#endif", "#ifdef CONFIG_A", "")]
    [InlineData("int a;\n", "int a;", "int a;\n#ifdef CONFIG_B\nint b;\n#else\nint c;\n#endif", "#ifdef CONFIG_B;#else of #ifdef CONFIG_B", "#else of #ifdef CONFIG_B")]
    [InlineData("#if 0\nit isn't C\n#endif\n", "isn't C", "isn't anything", "#if 0", "")]
    [InlineData("#ifdef CONFIG_B\n#define M(x) \\\n\tf(x)\n#endif\n", "f(x)", "g(x)", "#ifdef CONFIG_B", "")]
    public void A_change_within_alternatives_is_told_with_them(string source, string old, string made, string directives, string taken)
    {
        ProbedSource probed = Probe(source, old, made)!;

        ConditionalBranch[] branches = [.. Assert.Single(probed.Changes).Branches];
        Assert.Equal(directives.Split(';'), branches.Select(branch => branch.Directive));
        Assert.All(branches, branch => Assert.Equal(branch.Directive.Split(" of #")[0], source.Replace(old, made, StringComparison.Ordinal).Split('\n')[branch.Line - 1]));
        string output = Preprocess(probed.Contents);
        Assert.Equal(taken.Split(';', StringSplitOptions.RemoveEmptyEntries), branches.Where(branch => output.Contains(branch.Probe, StringComparison.Ordinal)).Select(branch => branch.Directive));
    }

    /// <summary>Outside of all, comments, the directives themselves, and where a word may get lost in a macro.</summary>
    [Theory]
    [InlineData("int a;\n#ifdef CONFIG_B\nint b;\n#endif\n", "int a;", "int c;")]
    [InlineData("#ifdef CONFIG_B\nint b; /* one\n two */\n#endif\n", " two", " three\n four")]
    [InlineData("#ifdef CONFIG_B\nint b;\n#endif\n", "int b;\n", "int b;\n// a comment\n\n")]
    [InlineData("#ifdef CONFIG_B\nint b(void) { }\n#endif\n", "{ }", "{ /* nothing */ }")]
    [InlineData("#ifdef CONFIG_B\nint b;\n#endif\n", "#ifdef CONFIG_B", "#ifdef CONFIG_A")]
    [InlineData("#ifdef CONFIG_B\nint b;\n#endif\n", "int b;\n", "int b;\n#else\nint c;\n")]
    [InlineData("#ifdef CONFIG_B\nint b;\n#endif\nint c;\n", "#ifdef CONFIG_B\nint b;\n#endif\n", "")]
    [InlineData("#define DROP(x)\nDROP(\n#ifdef CONFIG_A\n1\n#endif\n)\n", "1\n", "2\n")]
    [InlineData("/* SPDX */\n#ifndef _X_H\n#define _X_H\nint a;\n#endif /* _X_H */\n", "int a;", "int c;")]
    [InlineData("#ifdef CONFIG_B\nint a;\n#endif\nint b;\n", "int a;\n#endif\nint b;", "int c;\n#endif /* B */\nint d;")]
    public void What_may_be_compiled_in_any_configuration_or_is_nothing_to_compile_has_no_alternatives(string source, string old, string made)
    {
        Assert.Null(Probe(source, old, made));
    }

    public void Dispose() => folder.Dispose();

    private static ProbedSource? Probe(string source, string old, string made)
    {
        Assert.Contains(old, source, StringComparison.Ordinal);
        return PatchRun.Of(source, PatchRun.Diff(source, source.Replace(old, made, StringComparison.Ordinal))).File.Probe("probe_");
    }

    private string Preprocess(byte[] contents)
    {
        File.WriteAllBytes(folder["probed.c"], contents);
        return Tool.Run(Tool.Arm64 + "gcc", "-E", "-DCONFIG_A", folder["probed.c"]).Output;
    }
}
