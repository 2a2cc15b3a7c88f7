using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Machines and projects on which nothing can be built: one error that says so, before anything is done.</summary>
public sealed class HostTests
{
    // What the targets take from MSBuild; as global properties they are another machine's.
    private const string NotLinux = "-p:_KlpHostIsLinux=False";
    private const string OldMSBuild = "-p:_KlpMSBuildVersion=17.11.48";

    [Theory]
    [InlineData(NotLinux, "KLP0030", "WSL")]
    [InlineData(OldMSBuild, "KLP0031", "MSBuild 17.11.48")]
    public void Nothing_is_tried_where_nothing_can_be_built(string host, string code, string words)
    {
        using TestProject project = new();

        BuildResult result = project.Build(host);

        Assert.Contains(words, result.SingleError(code).Text, StringComparison.Ordinal);
        Assert.Empty(result.Ran);
        Assert.Empty(project.Files("obj/Debug"));
    }

    [Theory]
    [InlineData(NotLinux)]
    [InlineData(OldMSBuild)]
    public void A_project_can_be_restored_and_opened_anywhere(string host)
    {
        using TestProject project = new();

        project.Run("restore", host).Succeeded();
        project.Run("msbuild", host, "-t:Compile;ResolveReferences;GetTargetPath", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true").Succeeded();
    }

    [Theory]
    [InlineData("Klp.Sdk", "there was no version specified in the project or global.json")]
    [InlineData("Klp.Sdk/9.9.9", "Unable to find package Klp.Sdk with version (= 9.9.9)")]
    public void Troubleshooting_has_what_msbuild_says_of_a_missing_version(string sdk, string words)
    {
        using TestProject project = new();
        project.Write("patch.csproj", $"<Project Sdk=\"{sdk}\" />\n");

        (int exitCode, string output) = DotNet.Run(project.Folder, ["build", "-tl:off"], project.Environment);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Contains("MSB4236", output, StringComparison.Ordinal);
        string page = File.ReadAllText(Repository.Combine("docs", "troubleshooting.md"));
        Assert.Contains(words.Replace("9.9.9", "0.1.0", StringComparison.Ordinal), page, StringComparison.Ordinal);
        Assert.Contains("MSB4236", page, StringComparison.Ordinal);
    }
}
