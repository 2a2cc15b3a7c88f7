namespace Klp.Boot.Tests;

public class KernelUnderTestTests
{
    [Fact]
    public void A_built_tree_is_known_for_what_it_is()
    {
        KernelUnderTest kernel = DemoKernel.Kernel;
        Assert.Equal("arm64", kernel.Machine.Architecture);
        Assert.Matches(@"^\d+\.\d+", kernel.Release);
        Assert.True(File.Exists(kernel.Image));
    }

    [Theory]
    [InlineData("dm-mod", "dm-mod.ko")]
    [InlineData("dm_mod", "dm-mod.ko")]
    [InlineData("zram", "zram.ko")]
    public void A_module_is_found_by_either_spelling(string name, string file) =>
        Assert.Equal(file, Path.GetFileName(DemoKernel.Kernel.FindModule(name)));

    [Fact]
    public void A_module_that_is_not_there_is_null() => Assert.Null(DemoKernel.Kernel.FindModule("no_such_module"));

    [Fact]
    public void Without_modules_order_modules_are_found_as_well()
    {
        using var folder = new TestFolder();
        MakeTree(folder, "CONFIG_X86_64=y\n");
        Directory.CreateDirectory(folder.Combine("drivers/a"));
        folder.Write("drivers/a/some-thing.ko", "");

        KernelUnderTest kernel = KernelUnderTest.Open(folder.Path);

        Assert.Equal(folder.Combine("drivers/a/some-thing.ko"), kernel.FindModule("some_thing"));
        Assert.Equal(QemuMachine.X8664, kernel.Machine);
        Assert.Equal("1.2.3", kernel.Release);
    }

    [Fact]
    public void A_folder_that_is_no_tree_is_refused()
    {
        using var folder = new TestFolder();
        Assert.Equal(BootSetupProblem.NotAKernelTree, Problem(folder));
        folder.Write(".config", "CONFIG_S390=y\n");
        Assert.Equal(BootSetupProblem.UnsupportedArchitecture, Problem(folder));
        folder.Write(".config", "CONFIG_ARM64=y\n");
        Assert.Equal(BootSetupProblem.KernelNotBuilt, Problem(folder));
    }

    [Fact]
    public async Task A_missing_compiler_is_named_with_its_package()
    {
        KernelUnderTest kernel = KernelUnderTest.Open(DemoKernel.Tree, crossCompile: "no-such-compiler-");

        var e = await Assert.ThrowsAsync<BootSetupException>(() => GuestBoot.RunAsync(kernel, new GuestScript()));

        Assert.Equal(BootSetupProblem.CompilerMissing, e.Problem);
        Assert.Contains("no-such-compiler-gcc", e.Cause, StringComparison.Ordinal);
        Assert.Contains("apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_QEMU_is_named_with_its_package()
    {
        using var folder = new TestFolder();
        (int exitCode, string output) = await HostProgram.RunAsync("env",
            [$"PATH={folder.Path}", $"KLP_KERNEL_TREE={DemoKernel.Tree}", Environment.ProcessPath!, "exec", typeof(Program).Assembly.Location],
            "", CancellationToken.None);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("'qemu-system-aarch64', which boots arm64 kernels, is not installed. Install it: apt-get install qemu-system-arm.",
            output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compilers_message_is_passed_on()
    {
        var e = await Assert.ThrowsAsync<BootSetupException>(
            () => new TargetCompiler(DemoKernel.Kernel).CompileAsync("bad", "int main(void) { return nothing; }"));

        Assert.Equal(BootSetupProblem.CompilationFailed, e.Problem);
        Assert.Contains("'nothing' undeclared", e.Message, StringComparison.Ordinal);
    }

    private static BootSetupProblem Problem(TestFolder folder) =>
        Assert.Throws<BootSetupException>(() => KernelUnderTest.Open(folder.Path)).Problem;

    private static void MakeTree(TestFolder folder, string config)
    {
        folder.Write(".config", config);
        Directory.CreateDirectory(folder.Combine("include/config"));
        folder.Write("include/config/kernel.release", "1.2.3\n");
        Directory.CreateDirectory(folder.Combine("arch/x86/boot"));
        folder.Write("arch/x86/boot/bzImage", "");
    }
}
