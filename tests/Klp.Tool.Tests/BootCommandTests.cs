namespace Klp.Tool.Tests;

/// <summary><c>klp boot</c>: the life that dotnet test goes through, without a project.</summary>
public sealed class BootCommandTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>
{
    [Fact]
    public void Each_case_is_a_line_and_files_are_shown()
    {
        Convert("good.ko", "boot-good.ko");

        KlpCommand boot = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, "--show", "/proc/meminfo", livepatch["boot-good.ko"]);

        Assert.True(boot.ExitCode == 0, boot.Error);
        Assert.Equal(
        [
            "boots", "loads", "transition completes", "vmlinux:meminfo_proc_show is patched", "disables", "is unpatched", "unloads",
            "loads a second time", "unloads a second time", "kernel log is clean",
        ], boot.Output.Split('\n').Where(line => line.StartsWith("passed  ", StringComparison.Ordinal)).Select(line => line["passed  ".Length..]));
        Assert.Matches(@"==> /proc/meminfo before\nMemTotal: .*\n(.*\n)+==> /proc/meminfo patched\n[0-9]+\n==> /proc/meminfo after\nMemTotal: ", boot.Output);
    }

    [Fact]
    public void What_the_kernel_refuses_is_a_named_failure_and_exit_code_1()
    {
        KlpCommand boot = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, livepatch["unknown.ko"]);

        Assert.Equal(1, boot.ExitCode);
        Assert.Contains("FAILED  loads\n", boot.Output, StringComparison.Ordinal);
        Assert.Contains("skipped transition completes: Not tested, as this failed: loads.\n", boot.Output, StringComparison.Ordinal);
        Assert.Contains("Unknown symbol no_such_symbol (err -2)", boot.Error, StringComparison.Ordinal);
        Assert.Contains("The end of the guest's console:", boot.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_of_no_tree_is_patched_where_it_is_named()
    {
        Convert("of-outside.ko", "boot-outside.ko", "-m", livepatch["outside.ko"]);

        KlpCommand boot = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, "-m", livepatch["outside.ko"], livepatch["boot-outside.ko"]);
        KlpCommand unnamed = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, livepatch["boot-outside.ko"]);

        Assert.True(boot.ExitCode == 0, boot.Error);
        Assert.Contains("passed  outside:outside_call is patched\n", boot.Output, StringComparison.Ordinal);
        Assert.Contains("passed  patches outside as it is loaded again\n", boot.Output, StringComparison.Ordinal);
        Assert.Equal(2, unnamed.ExitCode);
        Assert.Contains("has no module 'outside'", unnamed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_module_is_exit_code_2()
    {
        KlpCommand boot = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, Path.Combine(DemoKernelTree.Path, ".config"));

        Assert.Equal(2, boot.ExitCode);
        Assert.Contains("is not a kernel module", boot.Error, StringComparison.Ordinal);
    }

    private void Convert(string from, string to, params string[] options)
    {
        KlpCommand convert = KlpCommand.Run(["convert", "-k", DemoKernelTree.Path, .. options, livepatch[from], "-o", livepatch[to]]);
        Assert.True(convert.ExitCode == 0, convert.Error);
    }
}
