using System.Diagnostics;
using System.Runtime.InteropServices;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>A build that ends early leaves no process and no half-written file that later counts.</summary>
public sealed partial class CancelledBuildTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The module of the project as a build makes it that nothing ends.</summary>
    private static readonly Lazy<byte[]> Uninterrupted = new(() =>
    {
        using TestProject project = new();
        project.Build().Succeeded();
        return File.ReadAllBytes(project.Module);
    });

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void Children_end_and_the_next_build_is_right(int signal)
    {
        using TestProject project = new();
        string marker = Path.Combine(project.Home, "compiling");
        string prefix = SlowCompiler(project.Home, marker);

        using (Process dotnet = DotNet.Start(project.Folder, ["build", $"-p:KlpCrossCompile={prefix}"], project.Environment))
        {
            dotnet.BeginOutputReadLine();
            dotnet.BeginErrorReadLine();
            Wait(() => File.Exists(marker) || dotnet.HasExited);
            Assert.False(dotnet.HasExited);

            Assert.Equal(0, Kill(dotnet.Id, signal));
            Assert.True(dotnet.WaitForExit(Patience));
            Wait(() => !IsAlive(int.Parse(File.ReadAllText(marker), System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.Empty(project.Files("bin"));
        project.Build().Succeeded();
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin"));
    }

    [Theory]
    [InlineData("KlpResolveKernel", Interrupt)]
    [InlineData("KlpResolveKernel", Terminate)]
    [InlineData("KlpCompile", Interrupt)]
    [InlineData("KlpCompile", Terminate)]
    [InlineData("KlpGenerateSymbols", Interrupt)]
    [InlineData("KlpGenerateSymbols", Terminate)]
    [InlineData("KlpConvert", Interrupt)]
    [InlineData("KlpConvert", Terminate)]
    [InlineData("KlpValidate", Interrupt)]
    [InlineData("KlpValidate", Terminate)]
    public void A_build_that_ends_after_a_stage_is_finished_by_the_next(string stage, int signal)
    {
        using TestProject project = new();
        string marker = Path.Combine(project.Home, "held");
        project.WriteProject($"""
            <Target Name="Hold" AfterTargets="{stage}">
              <Exec Command="touch '{marker}'; while [ -e '{marker}' ]; do sleep 0.1; done" />
            </Target>
            """);

        using (Process dotnet = DotNet.Start(project.Folder, ["build"], project.Environment))
        {
            dotnet.BeginOutputReadLine();
            dotnet.BeginErrorReadLine();
            Wait(() => File.Exists(marker) || dotnet.HasExited);
            Assert.False(dotnet.HasExited);
            Assert.Equal(0, Kill(dotnet.Id, signal));
            Assert.True(dotnet.WaitForExit(Patience));
            // The shell is MSBuild's, and ends by itself.
            File.Delete(marker);
        }

        Assert.Empty(project.Files("bin"));
        project.WriteProject("");
        project.Build().Succeeded();
        Assert.Equal(Uninterrupted.Value, File.ReadAllBytes(project.Module));
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    // Writes half an object and then takes its time. Everything else is the real compiler's.
    private static string SlowCompiler(string home, string marker)
    {
        TestToolchain toolchain = new(home);
        toolchain.WriteCompiler($$"""
            case " $* " in
            *" -c "*)
            	for argument; do [ "$previous" = -o ] && echo half >"$argument"; previous=$argument; done
            	echo $$ >"{{marker}}.new" && mv "{{marker}}.new" "{{marker}}"
            	exec sleep 300;;
            esac
            exec {{toolchain.RealCompiler}} "$@"
            """);
        return toolchain.Prefix;
    }

    private static bool IsAlive(int process) => Kill(process, 0) == 0;

    private static void Wait(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, "It did not happen.");
            Thread.Sleep(50);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
