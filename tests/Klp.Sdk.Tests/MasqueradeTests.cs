using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Toolchain;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Which compiler is the one that compiles, where its name on PATH is another program's or comes to be another's.</summary>
public sealed class MasqueradeTests : IDisposable
{
    private readonly TestProject project = new();
    private readonly TestToolchain toolchain;
    private readonly string first;

    public MasqueradeTests()
    {
        toolchain = new TestToolchain(project.Home);
        first = Directory.CreateDirectory(Path.Combine(project.Home, "first")).FullName;
        project.Write("more.c", "#ifdef UPGRADED\nconst char upgraded[] = \"\";\n#endif\n");
        project.Variables["CROSS_COMPILE"] = Path.GetFileName(toolchain.Prefix);
        project.Variables["PATH"] = $"{first}:{Path.GetDirectoryName(toolchain.Prefix)}:{Environment.GetEnvironmentVariable("PATH")}";
        project.Variables["CCACHE_DIR"] = Path.Combine(project.Home, "ccache");
    }

    public void Dispose() => project.Dispose();

    [Fact]
    public void A_compiler_behind_ccache_that_is_replaced_compiles_anew()
    {
        Tool.Require("ccache", "ccache");
        File.CreateSymbolicLink(Path.Combine(first, Path.GetFileName(toolchain.Compiler)), DotNet.Find("ccache")!);
        project.Build().Succeeded();
        Assert.NotEmpty(Directory.EnumerateFiles(project.Variables["CCACHE_DIR"], "*", SearchOption.AllDirectories));
        Assert.Empty(project.Build().Succeeded().Ran);

        toolchain.WriteCompiler($"exec {toolchain.RealCompiler} -DUPGRADED \"$@\"");

        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);
        Assert.Contains("upgraded", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void A_compiler_that_comes_before_the_one_that_was_found_compiles_anew()
    {
        project.Build().Succeeded();
        string compiler = Path.Combine(first, Path.GetFileName(toolchain.Compiler));
        File.WriteAllText(compiler, $"#!/bin/sh\nexec {toolchain.RealCompiler} -DUPGRADED \"$@\"\n");
        File.SetUnixFileMode(compiler, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(compiler, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);

        Assert.Contains("upgraded", Tool.Run("nm", project.Module).Output, StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void What_a_script_calls_is_watched_where_the_compiler_tells_it()
    {
        project.Build().Succeeded();

        IReadOnlyList<string> inputs = StageRecord.ReadFound(project.Combine("obj", "Debug", TestKernel.Release, "compile.record"));
        Assert.Contains(toolchain.Compiler, inputs);
        Assert.Contains(RealPath.Of(Tool.Run(toolchain.RealCompiler, "-print-prog-name=cc1").Output.Trim()), inputs);
        Assert.Contains(RealPath.Of(DotNet.Find("make")!), inputs);
    }

    [Theory]
    [InlineData("ccache")]
    [InlineData("sccache")]
    [InlineData("distcc")]
    [InlineData("icecc")]
    public void Behind_a_link_to_such_a_program_is_the_next_one_of_the_name(string launcher)
    {
        string name = Path.GetFileName(toolchain.RealCompiler);
        string program = Path.Combine(project.Home, launcher);
        File.WriteAllText(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(first, name), program);

        Assert.Equal(RealPath.Of(DotNet.Find(name)!), Masquerade.FindCompiler(Path.Combine(first, name)));
    }
}
