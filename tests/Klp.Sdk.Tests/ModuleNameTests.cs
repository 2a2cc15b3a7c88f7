using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What a module is called where the project does not say.</summary>
public sealed class ModuleNameTests
{
    private static readonly string Long = new('a', 60);

    [Fact]
    public void A_project_of_any_name_makes_a_module_that_the_kernel_takes()
    {
        using TestProject project = new("my patch.größe");

        BuildResult result = project.Build().Succeeded();

        Assert.Empty(result.Warnings);
        string module = Assert.Single(project.Files("bin"), file => file.EndsWith(".ko", StringComparison.Ordinal));
        string name = Path.GetFileNameWithoutExtension(module);
        Assert.Matches("^my_patch_gr__e_[0-9a-f]{8}$", name);
        Tool.Require("modinfo", "kmod");
        Assert.Equal(name, Tool.Run("modinfo", "-F", "name", project.Combine(module)).Output.Trim());
    }

    [Fact]
    public void The_name_stays_where_it_can_and_apart_from_others()
    {
        using TestProject project = new();
        Assert.Equal("a-b_c", Name(project, "a-b_c"));
        Assert.Equal("my_livepatch", Name(project, "my.livepatch"));
        string cut = Name(project, Long);
        Assert.Matches("^a{46}_[0-9a-f]{8}$", cut);
        Assert.NotEqual(cut, Name(project, Long + "a"));
    }

    [Fact]
    public void A_name_that_a_module_of_the_kernel_has_is_an_error()
    {
        using TestProject project = new();

        BuildMessage error = project.Build("-p:KlpModuleName=dm_mod").SingleError("KLP1016");

        // To the kernel they are one.
        Assert.Contains("dm-mod.ko", error.Text, StringComparison.Ordinal);
    }

    private static string Name(TestProject project, string assemblyName) =>
        DotNet.Run(project.Folder, ["msbuild", "patch.csproj", "-getProperty:KlpModuleName", $"-p:AssemblyName={assemblyName}"], project.Environment).Output.Trim();
}
