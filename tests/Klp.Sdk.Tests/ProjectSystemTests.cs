using System.Text.Json.Nodes;
using Klp.Build.Tasks;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>A livepatch project among other projects and tools.</summary>
public sealed class ProjectSystemTests
{
    [Fact]
    public void Opening_the_project_in_an_ide_does_no_work()
    {
        using TestProject project = new();
        DotNet.Run(project.Folder, ["restore"], project.Environment);
        IReadOnlyList<string> before = Snapshot.OfFiles(project.Folder);
        project.KernelTree = "";

        BuildResult result = project.Run("msbuild", "-t:Compile;CompileDesignTime;ResolveAssemblyReferences;ResolveReferences;CoreCompile;GetTargetPath", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true").Succeeded();

        Assert.Empty(result.Warnings);
        string[] ours = [.. typeof(KlpTask).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KlpTask))).Select(type => type.Name)];
        Assert.Contains("CompileLivepatch", ours);
        Assert.Empty(result.Tasks.Intersect(ours));
        Assert.Equal(before, Snapshot.OfFiles(project.Folder));
    }

    [Fact]
    public void Every_file_of_the_project_is_in_the_tree_that_ides_show()
    {
        using TestProject project = new();
        project.Write("patch.csproj", $"""
            <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
              <ItemGroup>
                <KlpSource Include="../shared/more.c" />
                <KlpBootTest Include="tests/check.c;tests/check.sh" />
              </ItemGroup>
            </Project>
            """);
        foreach (string file in (string[])["patch.h", "tests/check.c", "tests/check.sh", "../shared/more.c", "obj/Debug/made.c"])
            project.Write(file, "");

        JsonNode items = Evaluate(project, "-getItem:None,KlpSource,AvailableItemName")["Items"]!;

        Assert.Equal(["../shared/more.c", "patch.c", "patch.h", "tests/check.c", "tests/check.sh"], Identities(items["None"]!));
        Assert.Equal("more.c", items["None"]!.AsArray().Single(item => item!["Identity"]!.GetValue<string>() == "../shared/more.c")!["Link"]!.GetValue<string>());
        Assert.Equal(["../shared/more.c", "patch.c"], Identities(items["KlpSource"]!));
        // What an IDE offers as the kind of a file.
        Assert.Superset(new HashSet<string> { "KlpSource", "KlpBootTest" }, Identities(items["AvailableItemName"]!).ToHashSet());
    }

    private static JsonNode Evaluate(TestProject project, string argument)
    {
        DotNet.Run(project.Folder, ["restore"], project.Environment);
        (int exitCode, string output) = DotNet.Run(project.Folder, ["msbuild", argument], project.Environment);
        Assert.True(exitCode == 0, output);
        return JsonNode.Parse(output)!;
    }

    private static IEnumerable<string> Identities(JsonNode items) =>
        items.AsArray().Select(item => item!["Identity"]!.GetValue<string>()).Order(StringComparer.Ordinal);

    [Fact]
    public void A_csharp_project_that_references_it_gets_the_module()
    {
        using TestProject project = new();
        string folder = Path.Combine(project.Home, "tool");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tool.cs"), "class Tool { static void Main() { } }\n");
        File.WriteAllText(Path.Combine(folder, "tool.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><UseAppHost>false</UseAppHost><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../project/patch.csproj" ReferenceOutputAssembly="false" OutputItemType="Content" CopyToOutputDirectory="PreserveNewest" SkipGetTargetFrameworkProperties="true" />
              </ItemGroup>
            </Project>
            """);

        (int exitCode, string output) = DotNet.Run(folder, ["build"], project.Environment);

        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(Path.Combine(folder, "bin/Debug/net10.0/patch.ko")), output);
    }

    [Fact]
    public void A_symbolic_link_to_the_sources_does_not_lead_a_wildcard_in_circles()
    {
        using TestProject project = new();
        project.Build().Succeeded();
        string all = Path.Combine(project.Home, "all.proj");
        File.WriteAllText(all, """<Project><ItemGroup><C Include="project/**/patch.c" /></ItemGroup></Project>""");

        (int exitCode, string output) = DotNet.Run(project.Home, ["msbuild", all, "-getItem:C"], project.Environment);

        Assert.True(exitCode == 0, output);
        Assert.Contains("project/patch.c", output, StringComparison.Ordinal);
        Assert.DoesNotContain("s0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_kernels_have_their_own_modules_and_clean_finds_both()
    {
        using TestProject project = new();
        using KernelTreeCopy other = new();
        other.Own("vmlinux");

        project.Build().Succeeded();
        string first = File.ReadAllText(project.Module);
        project.KernelTree = other.Path;
        project.Build().Succeeded();
        Assert.Equal(2, project.Databases.Count());
        Assert.Equal(first, File.ReadAllText(project.Module));

        project.Run("clean").Succeeded();
        Assert.Empty(project.Files("bin"));
        Assert.Equal(["obj/Debug/patch.assets.cache"], project.Files("obj/Debug"));
    }

    [Fact]
    public void A_graph_build_of_a_solution_builds_it()
    {
        using TestProject project = new();
        project.Write("all.slnx", "<Solution><Project Path=\"patch.csproj\" /></Solution>\n");

        (int exitCode, string output) = DotNet.Run(project.Folder, ["build", "all.slnx", "-graph", "-m:2", "-tl:off"], project.Environment);

        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(project.Module), output);
    }

    [Theory]
    [InlineData("--artifacts-path", "out", "out/bin/patch/debug")]
    [InlineData("-p:UseArtifactsOutput=true", "-p:ArtifactsPath=out2", "out2/bin/patch/debug")]
    [InlineData("-o", "out3", "out3")]
    public void The_output_is_where_the_option_says(string option, string value, string folder)
    {
        using TestProject project = new();
        string root = Path.GetFullPath(Path.Combine(project.Home, "elsewhere"));
        string place = value.StartsWith("-p:", StringComparison.Ordinal) ? value.Replace("=", $"={root}/", StringComparison.Ordinal) : Path.Combine(root, value);

        project.Build(option, place).Succeeded();

        Assert.True(File.Exists(Path.Combine(root, folder, TestKernel.Release, "patch.ko")), string.Join('\n', Directory.GetFiles(root, "*.ko", SearchOption.AllDirectories)));
        Assert.Empty(project.Files("bin"));
        Assert.Empty(project.Build(option, place).Succeeded().Ran);
    }

    [Theory]
    [InlineData("livepatch-meminfo")]
    [InlineData("livepatch-module")]
    [InlineData("livepatch-patch")]
    public void A_sample_builds_where_it_is_copied_to(string sample)
    {
        using TestProject project = new(sample, sample);
        foreach (string file in Directory.EnumerateFiles(project.Folder))
            File.Delete(file);
        foreach (string file in Directory.EnumerateFiles(Repository.Combine("samples", sample)))
            File.Copy(file, project.Combine(Path.GetFileName(file)));

        BuildResult result = project.Build().Succeeded();

        Assert.Empty(result.Warnings);
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/{sample}.klp.json", $"bin/Debug/{TestKernel.Release}/{sample}.ko"], project.Files("bin"));
    }
}
