using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What a build shows.</summary>
public sealed class ConsoleTests
{
    [Fact]
    public void A_build_says_each_stage_with_normal_verbosity_and_the_module_in_a_line_of_the_terminal_logger()
    {
        using TestProject project = new();
        string release = TestKernel.Release;

        string output = project.Build("-v:normal").Succeeded().Output;

        string[] stages =
        [
            $"Looking at the kernel tree {TestKernel.Tree}.",
            $"Compiling 1 source for {release} ({TestKernel.Architecture.KbuildName}).",
            $"Reading the symbols of {release} and its ",
            $"Converting patch.ko for {release}.",
            $"Checking patch.ko as {release} would when it loads it.",
            $"patch -> {project.Module}",
        ];
        int[] places = [.. stages.Select(stage => output.IndexOf(stage, StringComparison.Ordinal))];
        Assert.All(places, place => Assert.True(place >= 0, output));
        Assert.Equal(places.Order(), places);

        // It draws on terminals only; script is one.
        Tool.Require("script", "bsdutils");
        Assert.True(Directory.Exists("/dev/pts") && File.Exists("/dev/ptmx"), "This test needs a pseudo-terminal, and this machine has none: mount -t devpts devpts /dev/pts, and link /dev/ptmx to pts/ptmx.");
        string typescript = Path.Combine(project.Home, "typescript");
        (int exitCode, string shown) = Run(project, typescript);
        Assert.True(exitCode == 0, shown);
        string line = Assert.Single(File.ReadAllLines(typescript), line => line.Contains("succeeded", StringComparison.Ordinal) && line.Contains('→', StringComparison.Ordinal));
        Assert.Contains("  patch ", line, StringComparison.Ordinal);
        Assert.Contains($"bin/Debug/{release}/patch.ko", line, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Run(TestProject project, string typescript)
    {
        Dictionary<string, string> environment = new(project.Environment) { ["TERM"] = "xterm", ["LANG"] = "C.UTF-8" };
        string command = $"script --quiet --return --command 'dotnet build patch.csproj -tl:on' {typescript}";
        return DotNet.RunProgram("sh", project.Folder, ["-c", command], environment);
    }
}
