using System.Text.Json.Nodes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Which files are sources when the project names none.</summary>
public sealed class DefaultSourceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<BaseIntermediateOutputPath>made/</BaseIntermediateOutputPath><BaseOutputPath>out/</BaseOutputPath>")]
    public void What_a_build_of_a_project_below_left_is_no_source(string properties)
    {
        using TestProject project = new();
        project.Write("inner/inner.c", TestProject.Source);
        // Folders of intermediate files have to be known before the SDK's own properties.
        project.Write("inner/Directory.Build.props", $"<Project><PropertyGroup>{properties}</PropertyGroup></Project>");
        project.Write("inner/inner.csproj", $"""
            <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
              <ItemGroup><KlpFunction Include="cmdline_proc_show" /></ItemGroup>
            </Project>
            """);
        project.Write("inner/inner.c", "#include <linux/seq_file.h>\nint livepatch_cmdline_proc_show(struct seq_file *m, void *v) { return 0; }\n");
        string[] before = Sources(project);
        Assert.Equal(["inner/inner.c", "patch.c"], before);

        (int exitCode, string output) = DotNet.Run(project.Combine("inner"), ["publish", "-o", "../published"], project.Environment);

        Assert.True(exitCode == 0, output);
        EnumerationOptions withoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        Assert.Contains(Directory.EnumerateFiles(project.Combine("inner"), "klp-tables*.c", withoutLinks), file => file.Contains("/kbuild/c/", StringComparison.Ordinal));
        Assert.Equal(before, Sources(project));
    }

    [Fact]
    public void Nor_is_what_other_tools_leave_where_tools_leave_things()
    {
        using TestProject project = new();
        foreach (string file in (string[])["bin/a.c", "deep/bin/a.c", "obj/a.c", "deep/obj/deeper/a.c", "node_modules/addon/a.c", "deep/node_modules/a.c", ".git/a.c", "deep/.cache/a.c", "patch.mod.c"])
            project.Write(file, "");
        project.Write("robin/a.c", "");

        Assert.Equal(["patch.c", "robin/a.c"], Sources(project));
    }

    private static string[] Sources(TestProject project)
    {
        (int exitCode, string output) = DotNet.Run(project.Folder, ["msbuild", $"{project.Name}.csproj", "-getItem:KlpSource"], project.Environment);
        Assert.True(exitCode == 0, output);
        return [.. JsonNode.Parse(output)!["Items"]!["KlpSource"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }
}
