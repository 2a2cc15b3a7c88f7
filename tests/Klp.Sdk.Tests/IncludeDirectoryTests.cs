using System.Text.Json.Nodes;
using Klp.Kbuild.Runs;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Directories and files of headers, named by KlpIncludeDirectories and in KlpCompileOptions, in a folder with a space and for kernels before and since 6.13.</summary>
public sealed class IncludeDirectoryTests
{
    private const string Options =
        """
        -iquote quoted -isystem system
        -I$(MSBuildProjectDirectory)/absolute -idirafter ../after -include "forced dir/forced.h" -D MACRO='"macro"'
        """;

    private static readonly (string File, string Word)[] Headers =
    [
        ("include/word.h", "WORD"), ("quoted/quoted.h", "QUOTED"), ("system/in_system.h", "SYSTEM"), ("absolute/absolute.h", "ABSOLUTE"),
        ("../after/after.h", "AFTER"), ("forced dir/forced.h", "FORCED"),
    ];

    [Fact]
    public void Each_is_the_projects_for_every_kernel_and_what_is_in_it_is_compiled_anew_when_it_changes()
    {
        using TestProject project = Make("my project");
        project.WriteProject($"""
            {TestProject.Uncompressed}
            <PropertyGroup>
              <KlpIncludeDirectories>include</KlpIncludeDirectories>
              <KlpCompileOptions>{Options}</KlpCompileOptions>
            </PropertyGroup>
            <ItemGroup>
              <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
            </ItemGroup>
            """);
        project.Build().Succeeded();
        Assert.Empty(project.Build().Succeeded().Ran);

        foreach (string record in project.Files("obj").Where(file => file.EndsWith("/compile.record", StringComparison.Ordinal)))
            Assert.Empty(Headers.Select(header => Path.GetFullPath(project.Combine(header.File))).Except(StageRecord.ReadFound(project.Combine(record))));
        // Compilers do not say of a system's header that a source depends on it.
        project.Write("system/in_system.h", "#define SYSTEM \"changed\"\n");
        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);
        Assert.All(Modules(project), module => Assert.Contains("WORDQUOTEDchangedABSOLUTEAFTERFORCEDmacro", File.ReadAllText(module), StringComparison.Ordinal));

        Assert.Equal(2, Modules(project).Length);
        string[] arguments = [.. JsonNode.Parse(File.ReadAllText(project.Combine("obj", "compile_commands.json")))!.AsArray()[0]!["arguments"]!.AsArray().Select(argument => argument!.GetValue<string>())];
        foreach ((string option, string path) in ((string, string)[])[("-I", "include"), ("-iquote", "quoted"), ("-isystem", "system"), ("-I", "absolute"), ("-idirafter", "../after"), ("-include", "forced dir/forced.h")])
            Assert.Contains((option, Path.GetFullPath(project.Combine(path))), arguments.Zip(arguments.Skip(1)));
    }

    [Fact]
    public void What_a_header_calls_itself_is_its_path_in_the_project_and_so_two_copies_give_the_same_bytes()
    {
        using TestProject one = Make("project");
        using TestProject other = Make("another place, with space");
        foreach (TestProject project in (TestProject[])[one, other])
        {
            project.WriteProject($"""
                <PropertyGroup>
                  <KlpIncludeDirectories>include</KlpIncludeDirectories>
                  <KlpCompileOptions>{Options}</KlpCompileOptions>
                </PropertyGroup>
                """);
            foreach ((string file, string word) in Headers)
                project.Write(file, $"#define {word} \"\"\nstatic const char file_{word}[] __attribute__((used)) = \"<\" __FILE__ \">\";\n");
            project.Build().Succeeded();
        }

        string module = File.ReadAllText(one.Module);
        Assert.All(Headers, header => Assert.Contains($"<{header.File.Replace(' ', '_')}>", module, StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(one.Module), File.ReadAllBytes(other.Module));
    }

    [Theory]
    [InlineData("KlpIncludeDirectories", "missing", "directory")]
    [InlineData("KlpCompileOptions", "-I missing", "directory")]
    [InlineData("KlpCompileOptions", "-include $(MSBuildProjectDirectory)/missing", "file")]
    public void One_that_does_not_exist_is_refused_at_its_line(string property, string value, string kind)
    {
        using TestProject project = new();
        project.WriteProject($"<PropertyGroup>\n  <{property}>{value}</{property}>\n</PropertyGroup>");

        BuildMessage error = project.Build().SingleError("KLP1020");

        Assert.Equal((project.Combine("patch.csproj"), 3), (error.File, error.Line));
        Assert.Contains($"The {kind} {project.Combine("missing")}, which {property} names{(kind == "file" ? "" : " as \"missing\"")}, does not exist", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_not_beside_the_project_is_found_on_the_include_path_for_every_kernel()
    {
        using TestProject project = new(folder: "my project");
        project.WriteProject($"""
            {TestProject.Uncompressed}
            <PropertyGroup>
              <KlpIncludeDirectories>the headers</KlpIncludeDirectories>
              <KlpCompileOptions>-include linux/kconfig.h -includesub/forced.h -imacros 'macros.h' -include beside.h</KlpCompileOptions>
            </PropertyGroup>
            <ItemGroup>
              <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
            </ItemGroup>
            """);
        project.Write("the headers/sub/forced.h", "#define FORCED \"forced\"\n");
        project.Write("the headers/macros.h", "#define MACRO \"macro\"\n");
        // The project's own comes first.
        project.Write("the headers/beside.h", "#define BESIDE \"on the path\"\n");
        project.Write("beside.h", "#define BESIDE \"beside\"\n");
        project.Edit("patch.c", "\"patched %s\\n\"", "\"patched %s\\n\" FORCED MACRO BESIDE");

        project.Build().Succeeded();

        Assert.Equal(2, Modules(project).Length);
        Assert.All(Modules(project), module => Assert.Contains("forcedmacrobeside", File.ReadAllText(module), StringComparison.Ordinal));
        Assert.Empty(project.Build().Succeeded().Ran);
        project.Write("the headers/sub/forced.h", "#define FORCED \"changed\"\n");
        project.Build().Succeeded();
        Assert.All(Modules(project), module => Assert.Contains("changedmacrobeside", File.ReadAllText(module), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-includemissing")]
    [InlineData("-imacros ../missing")]
    public void A_header_that_is_found_nowhere_is_the_compilers_error(string option)
    {
        using TestProject project = new();
        project.WriteProject($"<PropertyGroup>\n  <KlpCompileOptions>{option}</KlpCompileOptions>\n</PropertyGroup>");

        BuildMessage error = project.Build().SingleError("KLP1001");

        Assert.Contains("missing", error.Text, StringComparison.Ordinal);
        Assert.Contains("No such file or directory", error.Text, StringComparison.Ordinal);
        Assert.Equal(project.Combine("patch.c"), error.File);
    }

    private static TestProject Make(string folder)
    {
        TestProject project = new(folder: folder);
        foreach ((string file, string word) in Headers)
            project.Write(file, $"#define {word} \"{word}\"\n");
        project.Edit("patch.c", "\"patched %s\\n\"", "\"patched %s\\n\" WORD QUOTED SYSTEM ABSOLUTE AFTER FORCED MACRO");
        project.Edit("patch.c", "#include <linux/seq_file.h>", "#include <linux/seq_file.h>\n#include <word.h>\n#include \"quoted.h\"\n#include <in_system.h>\n#include <absolute.h>\n#include <after.h>");
        return project;
    }

    private static string[] Modules(TestProject project) => [.. project.Files("bin").Where(file => file.EndsWith(".ko", StringComparison.Ordinal)).Select(file => project.Combine(file))];
}
