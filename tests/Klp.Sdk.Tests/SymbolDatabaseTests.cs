using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Who makes the symbol database, and who shares it.</summary>
public sealed class SymbolDatabaseTests
{
    [Fact]
    public void A_second_project_of_the_same_kernel_finds_the_database_made()
    {
        using TestProject first = new();
        using TestProject second = new(sharedCache: first);

        Assert.Contains("KlpGenerateSymbols", first.Build().Succeeded().Ran);
        Assert.DoesNotContain("KlpGenerateSymbols", second.Build().Succeeded().Ran);
        Assert.Single(first.Databases);
    }

    [Fact]
    public void A_tree_reached_by_a_symbolic_link_is_the_same_tree()
    {
        using TestProject first = new();
        using TestProject second = new(sharedCache: first);
        second.KernelTree = Directory.CreateSymbolicLink(Path.Combine(second.Home, "linked"), TestKernel.Tree).FullName;

        first.Build().Succeeded();
        Assert.DoesNotContain("KlpGenerateSymbols", second.Build().Succeeded().Ran);
    }

    [Fact]
    public void Projects_that_are_built_at_once_make_it_once()
    {
        using TestProject first = new();
        using TestProject second = new(sharedCache: first);
        string both = Path.Combine(first.Home, "both.proj");
        File.WriteAllText(both, $"""
            <Project DefaultTargets="Build">
              <ItemGroup><Livepatch Include="{first.Combine("patch.csproj")};{second.Combine("patch.csproj")}" /></ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Livepatch)" Targets="Restore" BuildInParallel="true" /></Target>
              <Target Name="Build"><MSBuild Projects="@(Livepatch)" BuildInParallel="true" /></Target>
            </Project>
            """);

        (int exitCode, string output) = DotNet.Run(first.Home, ["msbuild", both, "-restore", "-m:2", "-v:n", "-tl:off"], first.Environment);

        Assert.True(exitCode == 0, output);
        Assert.Equal(2, output.Split("Reading the symbols of ").Length);
        Assert.Equal(File.ReadAllBytes(first.Module), File.ReadAllBytes(second.Module));
    }

    [Fact]
    public void A_given_database_is_used_as_it_is()
    {
        using TestProject project = new();
        project.Build().Succeeded();
        string given = project.Combine("given.klp");
        File.Copy(project.Databases.Single(), given);

        Assert.DoesNotContain("KlpGenerateSymbols", project.Build("-p:KlpSymbolDatabase=given.klp").Succeeded().Ran);

        File.WriteAllText(given, "klp-convert-symbol-data.0.1\n*vmlinux\n");
        project.Build("-p:KlpSymbolDatabase=given.klp").SingleError("KLP3001");
    }
}
