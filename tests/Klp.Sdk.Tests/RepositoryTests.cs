using System.IO.Compression;
using System.Text.Json.Nodes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What a repository, or the command line, sets for its C# projects means nothing to a livepatch beside them.</summary>
public sealed class RepositoryTests : IClassFixture<RepositoryTests.BuiltProject>
{
    /// <summary>What the documentation of the .NET SDK and of NuGet has for projects of .NET code.</summary>
    private const string Settings =
        """
        <Project>
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <TargetFrameworks>net8.0;net10.0</TargetFrameworks>
            <OutputType>Exe</OutputType>
            <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
            <RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>
            <SelfContained>true</SelfContained>
            <UseAppHost>true</UseAppHost>
            <PublishAot>true</PublishAot>
            <PublishTrimmed>true</PublishTrimmed>
            <PublishSingleFile>true</PublishSingleFile>
            <PublishReadyToRun>true</PublishReadyToRun>
            <IsAotCompatible>true</IsAotCompatible>
            <IsTrimmable>true</IsTrimmable>
            <GenerateDocumentationFile>true</GenerateDocumentationFile>
            <DocumentationFile>docs.xml</DocumentationFile>
            <ProduceReferenceAssembly>true</ProduceReferenceAssembly>
            <IncludeSymbols>true</IncludeSymbols>
            <SymbolPackageFormat>snupkg</SymbolPackageFormat>
            <IncludeSource>true</IncludeSource>
            <IncludeBuildOutput>true</IncludeBuildOutput>
            <PackAsTool>true</PackAsTool>
            <EnablePackageValidation>true</EnablePackageValidation>
            <DebugType>full</DebugType>
            <DebugSymbols>true</DebugSymbols>
            <SignAssembly>true</SignAssembly>
            <AssemblyOriginatorKeyFile>missing.snk</AssemblyOriginatorKeyFile>
            <GenerateManifests>true</GenerateManifests>
            <GenerateAssemblyInfo>true</GenerateAssemblyInfo>
            <GenerateDependencyFile>true</GenerateDependencyFile>
            <GenerateRuntimeConfigurationFiles>true</GenerateRuntimeConfigurationFiles>
            <EnableDynamicLoading>true</EnableDynamicLoading>
            <EnableComHosting>true</EnableComHosting>
            <PreserveCompilationContext>true</PreserveCompilationContext>
            <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
            <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
            <AnalysisMode>All</AnalysisMode>
            <EnableNETAnalyzers>true</EnableNETAnalyzers>
            <Nullable>enable</Nullable>
            <LangVersion>preview</LangVersion>
            <ImplicitUsings>enable</ImplicitUsings>
            <EnableDefaultCompileItems>true</EnableDefaultCompileItems>
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            <Deterministic>true</Deterministic>
            <ContinuousIntegrationBuild>true</ContinuousIntegrationBuild>
            <DeterministicSourcePaths>true</DeterministicSourcePaths>
            <EmbedAllSources>true</EmbedAllSources>
            <EmbedUntrackedSources>true</EmbedUntrackedSources>
            <PublishRepositoryUrl>true</PublishRepositoryUrl>
            <UseWPF>true</UseWPF>
            <UseWindowsForms>true</UseWindowsForms>
            <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
            <RestoreLockedMode>true</RestoreLockedMode>
            <AppendTargetFrameworkToOutputPath>true</AppendTargetFrameworkToOutputPath>
            <AppendRuntimeIdentifierToOutputPath>true</AppendRuntimeIdentifierToOutputPath>
            <CollectCoverage>true</CollectCoverage>
            <TestingPlatformDotnetTestSupport>true</TestingPlatformDotnetTestSupport>
            <UseMicrosoftTestingPlatformRunner>true</UseMicrosoftTestingPlatformRunner>
            <GeneratePackageOnBuild>$(PackOnBuild)</GeneratePackageOnBuild>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <Using Include="System.Text" />
            <AssemblyAttribute Include="System.CLSCompliantAttribute" />
            <InternalsVisibleTo Include="Tests" />
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            <Reference Include="System.Xml" />
            <Compile Include="$(MSBuildThisFileDirectory)Shared.cs" />
            <EmbeddedResource Include="$(MSBuildThisFileDirectory)Texts.resx" />
          </ItemGroup>
        </Project>
        """;

    private static readonly string[] Module = [$"{TestKernel.Release}/patch.klp.json", $"{TestKernel.Release}/patch.ko"];

    private readonly TestProject project;

    public RepositoryTests(BuiltProject built) => project = built.Project;

    [Theory]
    [InlineData("Directory.Build.props")]
    [InlineData("Directory.Build.targets")]
    public void Its_settings_for_csharp_change_nothing(string file)
    {
        using TestProject other = new(sharedCache: project);
        File.WriteAllText(Path.Combine(other.Home, file), Settings);
        foreach (string command in (string[])["build", "publish", "pack", "test"])
        {
            BuildResult result = other.Run(command, command == "test" ? ["--list-tests"] : ["-c", "Debug"]).Succeeded();
            Assert.Empty(result.Warnings);
        }

        string[] published = [$"bin/Debug/publish/{TestKernel.Release}/SHA256SUMS", .. Module.Select(name => "bin/Debug/publish/" + name)];
        Assert.Equal([.. Module.Select(name => "bin/Debug/" + name), "bin/Debug/patch.1.0.0.nupkg", .. published], other.Files("bin"));
        Assert.Equal(Module.Select(name => "contentFiles/any/any/livepatch/" + name), Contents(other.Combine("bin", "Debug", "patch.1.0.0.nupkg")));
        Assert.Empty(other.Build().Succeeded().Ran);

        File.Delete(other.Combine("bin", "Debug", "patch.1.0.0.nupkg"));
        other.Build("-p:PackOnBuild=true").Succeeded();
        // NuGet's own targets read it before Directory.Build.targets.
        Assert.Equal(file == "Directory.Build.props", File.Exists(other.Combine("bin", "Debug", "patch.1.0.0.nupkg")));
        File.Delete(other.Combine("bin", "Debug", "patch.1.0.0.nupkg"));

        other.Run("clean").Succeeded();
        Assert.Empty(other.Files("bin"));
    }

    [Theory]
    [InlineData("build", "-f net8.0")]
    [InlineData("build", "-r linux-x64 --self-contained")]
    [InlineData("build", "-a x64 --os linux --no-self-contained")]
    [InlineData("build", "-p:OutputType=Exe -p:SignAssembly=true -p:GenerateDocumentationFile=true -p:DebugType=full")]
    [InlineData("build", "--no-restore -graph")]
    [InlineData("build", "--no-dependencies -restoreProperty:RuntimeIdentifier=linux-x64")]
    [InlineData("publish", "-c Debug -r linux-x64 --self-contained -p:PublishAot=true")]
    [InlineData("publish", "-c Debug -f net10.0 -p:PublishSingleFile=true -p:PublishTrimmed=true")]
    [InlineData("publish", "-c Debug --no-build -r linux-x64")]
    [InlineData("pack", "-c Debug --include-symbols --include-source")]
    [InlineData("test", "--list-tests -f net9.0")]
    [InlineData("test", "--list-tests -r linux-x64")]
    [InlineData("test", "--list-tests --no-build -a x64")]
    public void Options_for_csharp_change_nothing(string command, string options)
    {
        BuildResult result = project.Run(command, options.Split(' ')).Succeeded();

        Assert.Empty(result.Ran);
        Assert.Empty(result.Warnings);
        Assert.Equal(Module.Select(name => "bin/Debug/" + name), project.Files("bin").Where(file => !file.Contains("/publish/", StringComparison.Ordinal) && !file.EndsWith(".nupkg", StringComparison.Ordinal)));
        Assert.All(project.Files("bin"), file => Assert.Matches(@"\.ko$|\.klp\.json$|/SHA256SUMS$|/patch\.1\.0\.0\.nupkg$", file));
    }

    [Fact]
    public void A_collector_of_coverage_that_is_not_there_does_not_keep_the_tests_from_being_listed() =>
        Assert.Contains("patch: boots", project.Run("test", "--list-tests", "--collect", "XPlat Code Coverage").Succeeded().Output.Replace($" ({TestKernel.Release})", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void A_solution_with_a_csharp_library_of_several_frameworks_builds_one_module()
    {
        using TestProject other = new(sharedCache: project);
        File.WriteAllText(Path.Combine(other.Home, "Directory.Build.props"), """
            <Project>
              <PropertyGroup>
                <TargetFrameworks>net10.0</TargetFrameworks>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <IncludeSymbols>true</IncludeSymbols>
                <SymbolPackageFormat>snupkg</SymbolPackageFormat>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        string library = Directory.CreateDirectory(Path.Combine(other.Home, "library")).FullName;
        File.WriteAllText(Path.Combine(library, "library.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ProjectReference Include="../project/patch.csproj" ReferenceOutputAssembly="false" OutputItemType="Content" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(library, "Library.cs"), "/// <summary>A library.</summary>\npublic class Library;\n");
        (int exitCode, string output) = DotNet.Run(other.Home, ["new", "sln", "-n", "all", "-f", "slnx"], other.Environment);
        Assert.True(exitCode == 0, output);
        foreach (string[] command in (string[][])[["sln", "all.slnx", "add", "library", "project"], ["build", "all.slnx", "-m"], ["pack", "all.slnx"], ["test", "all.slnx", "--list-tests"], ["clean", "all.slnx"], ["build", "all.slnx", "-graph"]])
        {
            (exitCode, output) = DotNet.Run(other.Home, command, other.Environment);
            Assert.True(exitCode == 0, output);
        }

        Assert.Equal(Module.Select(name => "bin/Debug/" + name), other.Files("bin/Debug"));
        Assert.True(File.Exists(Path.Combine(library, "bin", "Debug", "net10.0", "patch.ko")));
        Assert.True(File.Exists(Path.Combine(library, "bin", "Debug", "net10.0", "library.dll")));
    }

    [Fact]
    public void Packages_of_all_projects_are_there_for_their_build_files_only()
    {
        using TestProject other = new(sharedCache: project);
        string feed = Directory.CreateDirectory(Path.Combine(other.Home, "own")).FullName;
        // A tool that makes the version, as from the history of the repository; and a library for newer frameworks than ours.
        Package(feed, "Klp.Tests.Versions", ("build/Klp.Tests.Versions.targets", """<Project><Target Name="MakeVersion" BeforeTargets="GetAssemblyVersion"><PropertyGroup><Version>4.5.6</Version></PropertyGroup></Target></Project>"""));
        Package(feed, "Klp.Tests.Library", ("lib/net10.0/Klp.Tests.Library.dll", ""), ("lib/net10.0/Klp.Tests.Library.xml", ""));
        File.WriteAllText(Path.Combine(other.Home, "nuget.config"), """<configuration><packageSources><add key="own" value="own" /></packageSources></configuration>""");
        File.WriteAllText(Path.Combine(other.Home, "Directory.Packages.props"), """
            <Project>
              <PropertyGroup>
                <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
                <CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled>
              </PropertyGroup>
              <ItemGroup>
                <GlobalPackageReference Include="Klp.Tests.Versions" Version="1.0.0" />
                <PackageVersion Include="Klp.Tests.Library" Version="1.0.0" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(other.Home, "Directory.Build.props"), """
            <Project>
              <PropertyGroup><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
              <ItemGroup><PackageReference Include="Klp.Tests.Library" /></ItemGroup>
            </Project>
            """);
        other.WriteProject("""<ItemGroup><KlpFunction Include="cmdline_proc_show" /></ItemGroup>""");
        other.Write("patch.c", "#include <linux/seq_file.h>\nint livepatch_cmdline_proc_show(struct seq_file *m, void *v) { return 0; }\n");

        Assert.Empty(other.Run("publish", "-c", "Debug").Succeeded().Warnings);

        Assert.Equal([.. Module.Select(name => "bin/Debug/" + name), $"bin/Debug/publish/{TestKernel.Release}/SHA256SUMS", .. Module.Select(name => "bin/Debug/publish/" + name)], other.Files("bin"));
        Assert.Equal("4.5.6", Tool.Run("modinfo", "-F", "version", other.Module).Output.Trim());
    }

    [Fact]
    public void A_mode_of_dotnet_test_that_knows_no_livepatches_passes_over_this_one_and_says_so()
    {
        using TestProject other = new(sharedCache: project);
        File.WriteAllText(Path.Combine(other.Home, "global.json"), """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");

        (_, string output) = DotNet.Run(other.Folder, ["test", "patch.csproj"], other.Environment);

        Assert.Contains("warning KLP0026", output, StringComparison.Ordinal);
        Assert.DoesNotContain("error", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void It_cannot_be_run_and_says_what_can_be_done_instead()
    {
        (int exitCode, string output) = DotNet.Run(project.Folder, ["run"], project.Environment);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("error KLP0027", output, StringComparison.Ordinal);
        Assert.Contains("dotnet test", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format", "--verify-no-changes")]
    [InlineData("list", "package")]
    [InlineData("list", "reference")]
    [InlineData("nuget", "why", "patch.csproj", "Klp.Sdk")]
    [InlineData("msbuild", "-getProperty:TargetFramework,TargetPath", "-getItem:KlpSource", "-getTargetResult:GetTargetPath")]
    public void Other_commands_of_dotnet_work_in_its_folder(params string[] command)
    {
        (int exitCode, string output) = DotNet.Run(project.Folder, command, project.Environment);

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("error", output, StringComparison.OrdinalIgnoreCase);
        if (command[0] == "msbuild")
            Assert.Equal(project.Module, JsonNode.Parse(output)!["TargetResults"]!["GetTargetPath"]!["Items"]![0]!["Identity"]!.GetValue<string>());
    }

    private static IEnumerable<string> Contents(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && !name.EndsWith(".nuspec", StringComparison.Ordinal) && name != "[Content_Types].xml").Order(StringComparer.Ordinal)];
    }

    private static void Package(string feed, string name, params (string Path, string Contents)[] files)
    {
        using ZipArchive archive = ZipFile.Open(Path.Combine(feed, $"{name}.1.0.0.nupkg"), ZipArchiveMode.Create);
        Add($"{name}.nuspec", $"""<package><metadata><id>{name}</id><version>1.0.0</version><authors>tests</authors><description>Of a test.</description></metadata></package>""");
        foreach ((string path, string contents) in files)
            Add(path, contents);

        void Add(string path, string contents)
        {
            using StreamWriter writer = new(archive.CreateEntry(path).Open());
            writer.Write(contents);
        }
    }

    /// <summary>A project that is built, for commands that have nothing to build.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject() => Project.Build().Succeeded();

        internal TestProject Project { get; } = new();

        public void Dispose() => Project.Dispose();
    }
}
