using Klp.Sdk.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;

namespace Klp.Ide.Tests;

/// <summary>Opens the samples with Roslyn's MSBuildWorkspace, as language servers and analysis tools do.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private readonly string home = Directory.CreateDirectory(Path.Combine(PackedSdk.Folder, Path.GetRandomFileName())).FullName;

    [Theory]
    [InlineData("livepatch-meminfo")]
    [InlineData("livepatch-module")]
    public async Task A_restored_sample_opens_without_a_diagnostic_and_nothing_is_written(string sample)
    {
        string folder = Copy(sample);
        Dictionary<string, string> environment = new() { ["XDG_CACHE_HOME"] = Path.Combine(home, "cache"), ["KLP_KERNEL_TREE"] = "" };
        (int exitCode, string output) = DotNet.Run(folder, ["restore"], environment);
        Assert.True(exitCode == 0, output);
        IReadOnlyList<string> before = Snapshot.OfFiles(home);

        // The process in which the workspace evaluates the project takes its environment from this one.
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", PackedSdk.PackageCache);
        foreach ((string name, string value) in environment)
            Environment.SetEnvironmentVariable(name, value);
        using MSBuildWorkspace workspace = MSBuildWorkspace.Create();
        Project project = await workspace.OpenProjectAsync(Path.Combine(folder, $"{sample}.csproj"));

        Assert.Empty(workspace.Diagnostics);
        Assert.Equal(sample, project.Name);
        // C, not C#.
        Assert.Empty(project.Documents);
        Assert.Equal(before, Snapshot.OfFiles(home));
    }

    public void Dispose() => Directory.Delete(home, recursive: true);

    private string Copy(string sample)
    {
        string source = Repository.Combine("samples", sample);
        string folder = Path.Combine(home, sample);
        foreach (string file in (string[])[$"{sample}.csproj", $"{sample}.c", .. Directory.GetFiles(Path.Combine(source, "tests")).Select(file => Path.GetRelativePath(source, file))])
        {
            string copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source, file), copy);
        }

        return folder;
    }
}
