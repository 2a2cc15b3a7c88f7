using System.Text.Json.Nodes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Ide;

/// <summary>compile_commands.json, as clangd reads it. LLVM's clangd is not the compiler of any kernel here, and knows few of gcc's options.</summary>
public sealed class CompileCommandsTests
{
    [Theory]
    [InlineData("livepatch-meminfo")]
    [InlineData("livepatch-module")]
    public void Clangd_finds_no_error_in_a_sample_and_its_tests(string sample)
    {
        using TestProject project = new(sample);
        File.Delete(project.Combine("patch.c"));
        string folder = Repository.Combine("samples", sample);
        string[] files = [".clangd", $"{sample}.csproj", $"{sample}.c", .. Directory.GetFiles(Path.Combine(folder, "tests")).Select(file => Path.GetRelativePath(folder, file))];
        foreach (string file in files)
            project.Write(file, File.ReadAllText(Path.Combine(folder, file)));

        project.Build("-t:KlpCompile").Succeeded();

        foreach (string source in files.Where(file => file.EndsWith(".c", StringComparison.Ordinal)))
            Check(project, source, expectedErrors: 0);
    }

    [Fact]
    public void Clangd_finds_the_errors_of_a_source_for_a_distributions_kernel_and_no_others()
    {
        using TestProject project = new() { KernelTree = DistributionKernelTree.Path };
        project.Write(".clangd", File.ReadAllText(Repository.Combine("samples", "livepatch-meminfo", ".clangd")));
        project.Build("-t:KlpCompile").Succeeded();
        Check(project, "patch.c", expectedErrors: 0);

        project.Edit("patch.c", "return 0;", "return nowhere;");

        Assert.Contains("Line 11: use of undeclared identifier 'nowhere'", Check(project, "patch.c", expectedErrors: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_paths_are_the_users_whatever_they_are_called()
    {
        using TestProject project = new(folder: "a, b 'c'");
        // fixdep takes no header with a space in its name; a folder with one will do.
        project.Write("sub folder/it's.c", "#include \"plain.h\"\nint other(void);\nint other(void) { return MINE; }\n");
        project.Write("sub folder/plain.h", "#define MINE 1\n");
        project.Write("sub folder/two words.c", "int third(void);\nint third(void) { return 3; }\n");
        project.Write(".clangd", File.ReadAllText(Repository.Combine("samples", "livepatch-meminfo", ".clangd")));

        project.Build("-t:KlpCompile").Succeeded();

        JsonArray entries = Entries(project);
        Assert.Equal(
            [project.Combine("patch.c"), project.Combine("sub folder", "it's.c"), project.Combine("sub folder", "two words.c")],
            entries.Select(entry => entry!["file"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(entries, entry => Assert.Equal(project.Folder, entry!["directory"]!.GetValue<string>()));
        // Neither the links of the stage nor the wrappers.
        Assert.DoesNotContain("kbuild", File.ReadAllText(Database(project)), StringComparison.Ordinal);
        Assert.DoesNotContain("/stage/", File.ReadAllText(Database(project)), StringComparison.Ordinal);
        Check(project, "sub folder/it's.c", expectedErrors: 0);
    }

    [Fact]
    public void It_is_written_when_it_changes_and_only_then()
    {
        using TestProject project = new();
        project.Build("-t:KlpCompile").Succeeded();
        string database = Database(project);
        DateTime written = File.GetLastWriteTimeUtc(database);

        Assert.DoesNotContain("GenerateCompileCommands", project.Build("-t:KlpCompile").Succeeded().Tasks);
        Assert.Contains("GenerateCompileCommands", Touched(project).Tasks);
        Assert.Equal(written, File.GetLastWriteTimeUtc(database));

        Assert.Contains("GenerateCompileCommands", project.Build("-t:KlpCompile", "-p:KlpCompileOptions=-DNEW_OPTION=1").Succeeded().Tasks);
        Assert.Contains("\"-DNEW_OPTION=1\"", File.ReadAllText(database), StringComparison.Ordinal);

        File.Delete(database);
        project.Build("-t:KlpCompile", "-p:KlpCompileOptions=-DNEW_OPTION=1").Succeeded();
        Assert.True(File.Exists(database));
        project.Run("clean").Succeeded();
        Assert.DoesNotContain(project.Files("obj"), file => file.Contains("compile_commands", StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_that_does_not_compile_yet_is_in_it()
    {
        using TestProject project = new();
        project.Build("-t:KlpCompile").Succeeded();
        project.Write("second.c", "int second(void) { return nowhere; }\n");

        Assert.NotEqual(0, project.Build("-t:KlpCompile").ExitCode);

        Assert.Contains(Entries(project), entry => entry!["file"]!.GetValue<string>() == project.Combine("second.c"));
    }

    [Fact]
    public void Of_several_kernels_it_is_the_first_ones()
    {
        using TestProject project = new() { KernelTree = "" };
        project.Write("patch.csproj", $"""
            <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
              <ItemGroup>
                <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
                <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
              </ItemGroup>
            </Project>

            """);

        project.Build().Succeeded();

        Assert.Contains("--target=x86_64-linux-gnu", Assert.Single(Entries(project))!["arguments"]!.AsArray().Select(argument => argument!.GetValue<string>()));
    }

    [Fact]
    public void It_can_be_elsewhere_or_not_at_all()
    {
        using TestProject project = new();

        project.Build("-t:KlpCompile", "-p:KlpGenerateCompileCommands=false").Succeeded();
        Assert.DoesNotContain(project.Files("."), file => file.Contains("compile_commands", StringComparison.Ordinal));

        project.Build("-t:KlpCompile", "-p:KlpCompileCommandsFile=compile_commands.json").Succeeded();
        Assert.Single(Entries(project, "compile_commands.json"));
    }

    private static BuildResult Touched(TestProject project)
    {
        TestProject.Touch(project.Combine("patch.c"));
        return project.Build("-t:KlpCompile").Succeeded();
    }

    private static string Database(TestProject project) => project.Combine("obj", "compile_commands.json");

    private static JsonArray Entries(TestProject project, string file = "obj/compile_commands.json") =>
        JsonNode.Parse(File.ReadAllText(project.Combine(file)))!.AsArray();

    private static string Check(TestProject project, string source, int expectedErrors)
    {
        string clangd = Llvm.Program("clangd");
        string[] arguments = [$"--check={project.Combine(source)}"];
        ToolOutput output = expectedErrors == 0 ? Tool.Run(clangd, arguments) : Tool.RunFailing(clangd, arguments);
        Assert.Contains($"Loaded compilation database from {project.Folder}", output.Errors, StringComparison.Ordinal);
        Assert.Contains($"All checks completed, {expectedErrors} errors", output.Errors, StringComparison.Ordinal);
        return output.Errors;
    }
}
