using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>The load predictor as a stage of the build.</summary>
public sealed class ValidationTests
{
    [Fact]
    public void A_function_that_cannot_be_patched_is_an_error_at_the_one_that_was_to_replace_it()
    {
        using TestProject project = new();
        project.Write("patch.c", TestProject.Source.Replace("\"cmdline_proc_show\"", "\"no_such_function\"", StringComparison.Ordinal));

        BuildMessage error = project.Build().SingleError("KLP4036");

        Assert.Equal(project.Combine("patch.c"), error.File);
        Assert.Contains("symbol 'no_such_function' not found in symbol table", error.Text, StringComparison.Ordinal);
        Assert.Empty(project.Files("bin"));
    }

    [Fact]
    public void An_earlier_livepatch_is_compared_and_its_warnings_obey_the_project()
    {
        using TestProject project = new();
        project.Build().Succeeded();
        Directory.CreateDirectory(Path.Combine(project.Home, "released"));
        File.Copy(project.Module, Path.Combine(project.Home, "released", "patch-1.ko"));
        project.WriteProject("""<ItemGroup><KlpReplaces Include="../released/*.ko" /></ItemGroup>""");

        Assert.Equal("KLP4050", Assert.Single(project.Build().Succeeded().Warnings).Code);
        Assert.Empty(project.Run("build", "--no-incremental", "-p:NoWarn=KLP4050").Succeeded().Warnings);
        project.Run("build", "--no-incremental", "-p:WarningsAsErrors=KLP4050").SingleError("KLP4050");

        project.Write("patch.c", TestProject.Source.Replace(".objs = objects,", ".objs = objects, .replace = true,", StringComparison.Ordinal));
        Assert.Empty(project.Build().Succeeded().Warnings);
    }
}
