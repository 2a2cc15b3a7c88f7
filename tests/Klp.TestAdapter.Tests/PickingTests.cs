namespace Klp.TestAdapter.Tests;

/// <summary>The options of dotnet test.</summary>
public class PickingTests
{
    private const string Items = """
        <PropertyGroup><KlpBootKernelArguments>klp.word=hello</KlpBootKernelArguments><KlpBootMemory>300</KlpBootMemory></PropertyGroup>
        <ItemGroup>
          <KlpBootCheck Include="/proc/cmdline" Phase="Before" Contains="klp.word=hello" />
          <KlpBootCheck Include="/proc/meminfo" Phase="before" Matches="^MemTotal: +2[0-9]{5} kB$" />
          <KlpBootCheck Include="/proc/cmdline" Contains="patched" />
        </ItemGroup>
        """;

    [Fact]
    public void A_filter_picks_cases_by_name_and_kernel_and_the_rest_is_not_run()
    {
        using LivepatchProject project = new(items: Items);

        TestRunOutcome all = project.Test();
        TestRunOutcome one = project.Test("--no-build", "--filter", $"Name=transition completes&Kernel={project.Release}");
        string log = one.ReadFile($"guest-{project.Release}.log");
        TestRunOutcome check = project.Test("--no-build", "--filter", "FullyQualifiedName~patched:_/proc/cmdline");
        TestRunOutcome other = project.Test("--no-build", "--filter", "Kernel=1.0");
        (int listed, string list) = project.Run("test", "--no-build", "--list-tests");

        Assert.True(all.ExitCode == 0, all.Output);
        Assert.True(one.ExitCode == 0, one.Output);
        Assert.Equal(["transition completes"], one.Cases.Select(item => item.Case));
        Assert.Contains("==> wait /sys/kernel/livepatch/patch/transition 0: done", log, StringComparison.Ordinal);
        Assert.DoesNotContain("==> read /proc/meminfo", log, StringComparison.Ordinal);
        Assert.Equal(["patched: /proc/cmdline contains 'patched'"], check.Cases.Select(item => item.Case));
        Assert.Empty(other.Cases);
        Assert.Equal(0, listed);
        Assert.Equal(all.Cases.Select(item => item.DisplayName).Order(StringComparer.Ordinal), list.Split('\n').Select(line => line.Trim()).Where(line => line.EndsWith($"({project.Release})", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_target_of_any_build_tests_too()
    {
        using LivepatchProject good = new();
        using LivepatchProject bad = new(items: """<ItemGroup><KlpBootCheck Include="/proc/cmdline" Contains="no such text" /></ItemGroup>""");

        (int exitCode, string output) = good.Run("build", "-t:KlpBoot", "--nologo");
        (int failed, string errors) = bad.Run("build", "-t:KlpBoot", "--nologo");

        Assert.True(exitCode == 0, output);
        Assert.Contains($"Passed patch: unloads a second time ({good.Release})", output, StringComparison.Ordinal);
        Assert.Equal(1, failed);
        Assert.Contains("It does not contain 'no such text'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_removes_what_tests_left_in_obj()
    {
        using LivepatchProject project = new();
        Assert.Equal(0, project.Test("--filter", "Name=boots").ExitCode);
        string folder = Path.Combine(project.Folder, "obj", "Debug", "test");
        Assert.True(File.Exists(Path.Combine(folder, "patch.klptest")));

        (int exitCode, string output) = project.Run("clean");

        Assert.True(exitCode == 0, output);
        Assert.False(Directory.Exists(folder));
    }
}
