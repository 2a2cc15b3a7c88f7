using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What goes wrong with one of several kernels, or with what a project says of them.</summary>
public sealed class KernelItemTests
{
    private const string SourceOfOneKernel =
        """
        #ifdef FAILS
        #error not for this kernel
        #endif

        """;

    [Fact]
    public void A_kernel_that_fails_is_named_and_does_not_stop_the_others()
    {
        using KernelTreeCopy other = new();
        using TestProject project = new();
        project.WriteProject($"""
            <PropertyGroup>
              <KlpKernelFolder Condition="'$(KlpKernelName)' != 'good'">$(KlpKernelName)</KlpKernelFolder>
              <KlpCompileOptions Condition="'$(KlpKernelName)' == 'bad'">-DFAILS</KlpCompileOptions>
            </PropertyGroup>
            <ItemGroup>
              <KlpKernel Include="missing" Tree="/nonexistent/kernel" />
              <KlpKernel Include="bad" Tree="{other.Path}" />
              <KlpKernel Include="good" Tree="{TestKernel.Tree}" />
            </ItemGroup>
            """);
        project.Write("more.c", SourceOfOneKernel);

        BuildResult result = project.Build();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(["KLP0002", "KLP0017", "KLP0017", "KLP1001"], result.Errors.Select(error => error.Code).Order(StringComparer.Ordinal));
        Assert.EndsWith("[kernel \"bad\"]", result.Errors.Single(error => error.Code == "KLP1001").Text, StringComparison.Ordinal);
        Assert.EndsWith("[kernel \"missing\"]", result.Errors.Single(error => error.Code == "KLP0002").Text, StringComparison.Ordinal);
        Assert.Contains(result.Errors, error => error.Text.Contains("kernel \"bad\"", StringComparison.Ordinal) && error.Text.Contains("1 of 3", StringComparison.Ordinal));
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin"));
        Assert.Matches(@"(?m)^ *bad .* failed$", result.Output);

        project.Write("more.c", "");
        project.Edit("patch.csproj", "<KlpKernel Include=\"missing\" Tree=\"/nonexistent/kernel\" />", "");
        Assert.Equal(["KlpCompile", "KlpGenerateSymbols", "KlpConvert", "KlpValidate"], project.Build().Succeeded().Ran);
        Assert.Equal(4, project.Files("bin").Count);
    }

    [Fact]
    public void What_was_built_for_a_kernel_goes_with_it()
    {
        using KernelTreeCopy other = new();
        using TestProject project = new();
        string second = $"<KlpKernel Include=\"second\" Tree=\"{other.Path}\" />";
        project.WriteProject($"""
            <PropertyGroup><KlpKernelFolder>$(KlpKernelName)</KlpKernelFolder></PropertyGroup>
            <ItemGroup>
              <KlpKernel Include="first" Tree="{TestKernel.Tree}" />
              {second}
            </ItemGroup>
            """);
        project.Build().Succeeded();
        Assert.Equal(["bin/Debug/first/patch.klp.json", "bin/Debug/first/patch.ko", "bin/Debug/second/patch.klp.json", "bin/Debug/second/patch.ko"], project.Files("bin"));

        project.Edit("patch.csproj", second, "");
        project.Build().Succeeded();

        Assert.Equal(["bin/Debug/first/patch.klp.json", "bin/Debug/first/patch.ko"], project.Files("bin"));
    }

    [Fact]
    public void Clean_of_one_kernel_leaves_what_was_built_for_the_others()
    {
        using TestProject project = new(folder: "with space");
        project.WriteProject($"""
            <ItemGroup>
              <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
            </ItemGroup>
            """);
        project.Build("-p:KlpKernelName=demo").Succeeded();
        IReadOnlyList<string> binary = project.Files("bin");
        IReadOnlyList<string> intermediate = project.Files("obj");
        project.Build().Succeeded();
        Assert.Equal(4, project.Files("bin").Count);

        project.Run("clean", "-p:KlpKernelName=distribution").Succeeded();

        Assert.Equal(binary, project.Files("bin"));
        // The list of the build for both has the other kernel's files, too.
        Assert.Equal(intermediate, project.Files("obj").Where(file => intermediate.Contains(file) || !file.EndsWith(".FileListAbsolute.txt", StringComparison.Ordinal)));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(project.Home, "cache", "klp-sdk", "stage")));
        Assert.Empty(project.Build("-p:KlpKernelName=demo").Succeeded().Ran);
        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);
        project.Run("clean").Succeeded();
        Assert.Empty(project.Files("bin"));
    }

    [Fact]
    public void A_project_with_both_kernels_and_a_kernel_tree_is_refused()
    {
        using TestProject project = new();
        project.WriteProject($"""
            <PropertyGroup><KlpKernelTree>{TestKernel.Tree}</KlpKernelTree></PropertyGroup>
            <ItemGroup><KlpKernel Include="demo" Tree="{TestKernel.Tree}" /></ItemGroup>
            """);

        BuildMessage error = project.Build().SingleError("KLP0014");

        Assert.Equal(project.Combine("patch.csproj"), error.File);
        Assert.Contains(TestKernel.Tree, error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_a_tree_and_a_name_given_twice_are_refused()
    {
        using TestProject project = new();
        project.WriteProject("""
            <ItemGroup>
              <KlpKernel Include="6.1" />
              <KlpKernel Include="demo" Tree="/a" />
              <KlpKernel Include="demo" Tree="/b" />
            </ItemGroup>
            """);

        BuildResult result = project.Build();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(["KLP0015", "KLP0015"], result.Errors.Select(error => error.Code));
        Assert.Contains(result.Errors, error => error.Text.Contains("\"6.1\" does not say where", StringComparison.Ordinal));
        Assert.Contains(result.Errors, error => error.Text.Contains("the name \"demo\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_kernels_of_one_tree_have_tools_of_their_own()
    {
        using TestProject project = new();
        TestToolchain own = new(project.Home);
        own.WriteCompiler($"exec {own.RealCompiler} -DOWN_COMPILER \"$@\"");
        project.WriteProject($"""
            <PropertyGroup><KlpKernelFolder>$(KlpKernelName)</KlpKernelFolder></PropertyGroup>
            <ItemGroup>
              <KlpKernel Include="usual" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="own" Tree="{TestKernel.Tree}" AdditionalProperties="KlpCrossCompile={own.Prefix}" />
            </ItemGroup>
            """);
        project.Write("more.c", "#ifdef OWN_COMPILER\nconst char own_compiler[] = \"\";\n#endif\n");

        project.Build().Succeeded();

        Assert.Contains("own_compiler", Tool.Run("nm", project.Combine("bin", "Debug", "own", "patch.ko")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("own_compiler", Tool.Run("nm", project.Combine("bin", "Debug", "usual", "patch.ko")).Output, StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void Kernels_of_one_release_need_folders_of_their_own()
    {
        using KernelTreeCopy other = new();
        using TestProject project = new();
        project.WriteProject($"""
            <ItemGroup>
              <KlpKernel Include="one" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="other" Tree="{other.Path}" />
            </ItemGroup>
            """);

        BuildMessage error = project.Build().SingleError("KLP0016");

        Assert.Contains($"\"one\" ({TestKernel.Release}) and \"other\" ({TestKernel.Release})", error.Text, StringComparison.Ordinal);
        Assert.Empty(project.Files("bin"));
    }
}
