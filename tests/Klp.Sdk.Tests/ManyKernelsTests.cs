using System.Text.RegularExpressions;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>One project, built for the demo kernel (arm64) and the distribution's (x86-64).</summary>
public sealed class ManyKernelsTests(ManyKernelsTests.BuiltProject built) : IClassFixture<ManyKernelsTests.BuiltProject>
{
    private static readonly string Demo = TestKernel.Release;
    private static readonly string Distribution = Path.GetFileName(DistributionKernelTree.Path)["linux-headers-".Length..];
    private readonly TestProject project = built.Project;

    [Fact]
    public void Each_kernel_has_its_own_module()
    {
        BuildResult again = project.Build().Succeeded();

        Assert.Empty(again.Ran);
        Assert.Equal(Outputs("bin/Debug"), project.Files("bin/Debug"));
        Assert.StartsWith(Demo + " ", ModInfo(Demo, "vermagic"), StringComparison.Ordinal);
        Assert.StartsWith(Distribution + " ", ModInfo(Distribution, "vermagic"), StringComparison.Ordinal);
        Assert.Contains("AArch64", Tool.Run("readelf", "-h", Module(Demo)).Output, StringComparison.Ordinal);
        Assert.Contains("X86-64", Tool.Run("readelf", "-h", Module(Distribution)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_at_the_end_has_every_kernel()
    {
        string output = built.First.Output, demo = Regex.Escape(Demo), distribution = Regex.Escape(Distribution);

        Assert.Matches($@"(?m)^ *demo +{demo} +arm64 +bin/Debug/{demo}/patch\.ko$", output);
        Assert.Matches($@"(?m)^ *distribution +{distribution} +x86 +bin/Debug/{distribution}/patch\.ko$", output);
    }

    [Fact]
    public void Sources_and_properties_are_chosen_by_version_and_name()
    {
        Assert.DoesNotContain("old_kernels_only", Tool.Run("nm", Module(Demo)).Output, StringComparison.Ordinal);
        Assert.Contains("old_kernels_only", Tool.Run("nm", Module(Distribution)).Output, StringComparison.Ordinal);
        Assert.Contains("named_demo", Tool.Run("nm", Module(Demo)).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("named_demo", Tool.Run("nm", Module(Distribution)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_of_the_command_line_is_the_only_one()
    {
        string[] before = [.. project.Files("bin/Debug")];
        TestProject.Touch(project.Combine("patch.c"));

        BuildResult result = project.Build($"-p:KlpKernelTree={TestKernel.Tree}").Succeeded();

        Assert.Contains($"{Demo}/patch.ko", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Distribution, result.Output, StringComparison.Ordinal);
        Assert.Equal(before, project.Files("bin/Debug"));
    }

    [Fact]
    public void A_name_of_the_command_line_picks_its_item()
    {
        string[] before = [.. project.Files("bin/Debug")];
        TestProject.Touch(project.Combine("patch.c"));

        BuildResult result = project.Build("-p:KlpKernelName=demo").Succeeded();

        Assert.Equal(["KlpCompile", "KlpConvert", "KlpValidate"], result.Ran);
        Assert.DoesNotContain(Distribution, result.Output, StringComparison.Ordinal);
        Assert.Equal(before, project.Files("bin/Debug"));
        Assert.Contains("\"demo\", \"distribution\"", project.Build("-p:KlpKernelName=other").SingleError("KLP0015").Text, StringComparison.Ordinal);
        project.Build().Succeeded();
    }

    [Fact]
    public void A_stage_without_a_kernel_is_refused() =>
        Assert.Contains("demo, distribution", project.Run("build", "-t:KlpCompile").SingleError("KLP0018").Text, StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_published_that_was_not_built()
    {
        BuildResult result = project.Run("publish", "--no-build", "-c", "Unbuilt");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(["KLP0019"], result.Errors.Select(error => error.Code).Distinct());
    }

    [Fact]
    public void Publish_has_the_modules_of_all_with_checksums_and_clean_removes_them()
    {
        project.Run("publish").Succeeded();

        string[] expected = [.. ((string[])[Distribution, Demo]).SelectMany(release => (string[])[$"{release}/SHA256SUMS", $"{release}/patch.klp.json", $"{release}/patch.ko"]).Select(file => $"bin/Release/publish/{file}")];
        Assert.Equal(expected, project.Files("bin/Release/publish"));
        foreach (string release in (string[])[Demo, Distribution])
        {
            string folder = project.Combine("bin", "Release", "publish", release);
            Assert.Equal("patch.ko: OK\npatch.klp.json: OK\n", Tool.Run("sh", "-c", $"cd '{folder}' && sha256sum -c SHA256SUMS").Output);
        }

        project.Run("clean", "-c", "Release").Succeeded();
        Assert.Empty(project.Files("bin/Release"));
        // Two files of the .NET SDK are what it always leaves.
        Assert.All(project.Files("obj/Release"), file => Assert.Matches(@"/(patch\.assets\.cache|PublishOutputs\.\w+\.txt)$", file));
    }

    [Fact]
    public void A_package_gives_the_modules_of_all_to_whoever_references_it()
    {
        project.Run("pack", "-o", project.Home).Succeeded();
        string consumer = Consumer("package", """<PackageReference Include="patch" Version="1.0.0" />""");
        File.WriteAllText(Path.Combine(consumer, "nuget.config"), """
            <configuration>
              <packageSources><clear /><add key="feed" value=".." /></packageSources>
            </configuration>
            """);

        Assert.Equal(Outputs("livepatch"), Built(consumer, "livepatch"));
    }

    [Fact]
    public void A_csharp_project_that_references_it_gets_the_modules_of_all()
    {
        string consumer = Consumer("reference", """<ProjectReference Include="../project/patch.csproj" ReferenceOutputAssembly="false" OutputItemType="Content" CopyToOutputDirectory="PreserveNewest" SkipGetTargetFrameworkProperties="true" />""");

        Assert.Equal([$"{Distribution}/patch.ko"], Built(consumer, Distribution));
        Assert.Equal([$"{Demo}/patch.ko"], Built(consumer, Demo));
    }

    [Fact]
    public void Opening_the_project_needs_no_kernel()
    {
        BuildResult result = project.Run("msbuild", "-t:Compile;ResolveReferences;GetTargetPath", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true").Succeeded();

        Assert.Empty(result.Ran);
        Assert.Empty(result.Warnings);
    }

    private static string[] Outputs(string folder) =>
        [.. ((string[])[Distribution, Demo]).SelectMany(release => (string[])[$"{folder}/{release}/patch.klp.json", $"{folder}/{release}/patch.ko"])];

    private string Module(string release) => project.Combine("bin", "Debug", release, "patch.ko");

    private string ModInfo(string release, string field) => Tool.Run("modinfo", "-F", field, Module(release)).Output;

    private string Consumer(string name, string reference)
    {
        string folder = Directory.CreateDirectory(Path.Combine(project.Home, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "tool.cs"), "class Tool { static void Main() { } }\n");
        File.WriteAllText(Path.Combine(folder, "tool.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><UseAppHost>false</UseAppHost><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
        return folder;
    }

    private string[] Built(string consumer, string folder)
    {
        (int exitCode, string output) = DotNet.Run(consumer, ["build"], project.Environment);
        Assert.True(exitCode == 0, output);
        string bin = Path.Combine(consumer, "bin/Debug/net10.0");
        return [.. Directory.EnumerateFiles(Path.Combine(bin, folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(bin, file)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A project that was built for both.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject()
        {
            Project.WriteProject($"""
                <PropertyGroup>
                  <!-- By default each would be as its kernel's modules are. -->
                  <KlpModuleCompression>none</KlpModuleCompression>
                  <KlpCompileOptions Condition="'$(KlpKernelName)' == 'demo'">-DNAMED_DEMO</KlpCompileOptions>
                </PropertyGroup>
                <ItemGroup>
                  <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
                  <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
                  <KlpSource Remove="old.c" Condition="'$(KlpKernelVersion)' &gt;= '{Demo.Split('-')[0]}'" />
                </ItemGroup>
                """);
            Project.Write("old.c", "const char old_kernels_only[] = \"text\";\n");
            Project.Write("named.c", "#ifdef NAMED_DEMO\nconst char named_demo[] = \"text\";\n#endif\n");
            // KlpKernel items come before the environment.
            Project.KernelTree = "/nonexistent";
            First = Project.Build().Succeeded();
        }

        internal TestProject Project { get; } = new();

        internal BuildResult First { get; }

        public void Dispose() => Project.Dispose();
    }
}
