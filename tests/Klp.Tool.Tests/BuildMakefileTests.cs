using System.Reflection;
using System.Text.RegularExpressions;

namespace Klp.Tool.Tests;

/// <summary>The Makefile of docs/command-line.md, as it stands there.</summary>
public sealed partial class BuildMakefileTests : IDisposable
{
    private readonly BuildFolder folder = new();

    [Fact]
    public void It_builds_what_changed_and_cleans()
    {
        folder.Write("Makefile", Example().Match(File.ReadAllText(Path.Combine(Documents, "command-line.md"))).Groups["text"].Value);
        Directory.CreateDirectory(folder["../bin"]);
        File.WriteAllText(folder["../bin/klp"], $"#!/bin/sh\nexec {KlpCommand.ShellWords} \"$@\"\n");
        Klp.Tests.Tool.Run("chmod", "+x", folder["../bin/klp"]);

        Assert.Contains("klp build", Make(), StringComparison.Ordinal);
        Assert.Equal(["Makefile", "meminfo.c", "meminfo.klp.json", "meminfo.ko"], folder.Files);
        Assert.DoesNotContain("klp build", Make(), StringComparison.Ordinal);

        File.SetLastWriteTimeUtc(folder["meminfo.c"], DateTime.UtcNow.AddSeconds(1));
        Assert.Contains("klp build", Make(), StringComparison.Ordinal);

        Make("clean");
        Assert.Equal(["Makefile", "meminfo.c"], folder.Files);
    }

    public void Dispose() => folder.Dispose();

    private static string Documents => Path.GetFullPath(
        "../../docs", typeof(BuildMakefileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ToolProject").Value!);

    private string Make(params string[] targets) => Klp.Tests.Tool.Run(
        "env",
        [
            .. folder.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
            $"PATH={folder["../bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            "make", "-C", folder.Path, $"KDIR={DemoKernelTree.Path}", .. targets,
        ]).Output;

    [GeneratedRegex(@"```make\n(?<text>(?:.*\n)+?)```\n")]
    private static partial Regex Example();
}
