using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>
/// What comes in the place of a file need not be newer than what was made from the file, and so is nothing new to make.
/// The project is built once; each test leaves it built.
/// </summary>
public sealed class ReplacedInputTests : IClassFixture<ReplacedInputTests.BuiltProject>
{
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TestToolchain toolchain;
    private readonly TestProject project;

    public ReplacedInputTests(BuiltProject built)
    {
        toolchain = built.Toolchain;
        project = built.Project;
    }

    [Fact]
    public void A_source_replaced_by_an_older_one_is_compiled()
    {
        string one = Unique("one");
        Replace("first.c", $"const char {one}[] = \"\";\n");
        Assert.Contains(one, SymbolsOfTheNextModule());

        // Also when kbuild has something else to do.
        string two = Unique("two");
        Replace("first.c", $"const char {two}[] = \"\";\n");
        string added = Unique("added");
        project.Write($"{added}.c", $"const char {added}[] = \"\";\n");
        string[] symbols = SymbolsOfTheNextModule();
        Assert.Contains(added, symbols);
        Assert.Contains(two, symbols);
        Assert.DoesNotContain(one, symbols);
    }

    [Fact]
    public void A_header_replaced_by_an_older_one_is_compiled_into_what_includes_it()
    {
        string name = Unique("header");
        Replace("lib/name.h", $"#define NAME {name}\n");

        Assert.Contains(name, SymbolsOfTheNextModule());
        Assert.DoesNotContain("c/first.o", Compiled());
    }

    [Fact]
    public void An_older_source_is_compiled_also_after_a_build_that_failed()
    {
        string good = Unique("good");
        string newer = Unique("newer");
        Replace("first.c", $"const char {good}[] = \"\";\n");
        Assert.Contains(good, SymbolsOfTheNextModule());
        File.Move(project.Combine("first.c"), project.Combine("first.kept"));
        project.Write("first.c", $"const char {newer}[] = \"\";\n");
        project.Write("wrong.c", "wrong\n");
        Assert.NotEqual(0, project.Build().ExitCode);

        File.Delete(project.Combine("wrong.c"));
        File.Move(project.Combine("first.kept"), project.Combine("first.c"), overwrite: true);

        string[] symbols = SymbolsOfTheNextModule();
        Assert.Contains(good, symbols);
        Assert.DoesNotContain(newer, symbols);
    }

    [Fact]
    public void An_older_source_that_does_not_compile_fails_every_build()
    {
        Replace("first.c", "wrong\n");
        project.Build().SingleError("KLP1001");
        project.Build().SingleError("KLP1001");

        string name = Unique("mended");
        Replace("first.c", $"const char {name}[] = \"\";\n");
        Assert.Contains(name, SymbolsOfTheNextModule());
    }

    [Fact]
    public void Another_compiler_behind_the_same_name_compiles_every_source()
    {
        string one = Unique("one");
        string two = Unique("two");
        toolchain.WriteCompiler($"exec {toolchain.RealCompiler} -DFIRST={one} -DSECOND={two} \"$@\"");
        // As a package manager does, which gives files the times of their making.
        File.SetLastWriteTimeUtc(toolchain.Compiler, Old);

        string[] symbols = SymbolsOfTheNextModule();
        Assert.Contains(one, symbols);
        Assert.Contains(two, symbols);
    }

    private static string Unique(string name) => $"{name}_{Guid.NewGuid():N}";

    private void Replace(string file, string contents)
    {
        string other = project.Write("other", contents);
        File.SetLastWriteTimeUtc(other, Old.AddSeconds(Random.Shared.Next(1_000_000)));
        File.Move(other, project.Combine(file), overwrite: true);
    }

    // What kbuild says that it compiled, from the stage's root.
    private string Compiled() => File.ReadAllText(project.Combine("obj", "Debug", TestKernel.Release, "kbuild.log"));

    private string[] SymbolsOfTheNextModule()
    {
        project.Build().Succeeded();
        string[] symbols = [.. Tool.Run("nm", project.Module).Output.Split('\n').Select(line => line.Split(' ')[^1])];
        Assert.Empty(project.Build().Succeeded().Ran);
        return symbols;
    }

    /// <summary>A project with three sources and a header, and a compiler of its own.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject()
        {
            Toolchain = new TestToolchain(Project.Home);
            Project.Variables["CROSS_COMPILE"] = Toolchain.Prefix;
            Project.Write("first.c", "");
            Project.Write("macro.c", "#ifdef FIRST\nconst char FIRST[] = \"\";\n#endif\n");
            Project.Write("lib/name.h", "#define NAME first_name\n");
            Project.Write("lib/name.c", "#include \"name.h\"\nconst char NAME[] = \"\";\n#ifdef SECOND\nconst char SECOND[] = \"\";\n#endif\n");
            Project.Build().Succeeded();
        }

        internal TestProject Project { get; } = new();

        internal TestToolchain Toolchain { get; }

        public void Dispose() => Project.Dispose();
    }
}
