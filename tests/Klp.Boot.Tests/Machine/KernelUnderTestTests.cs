using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.Machine;

public class KernelUnderTestTests
{
    [Fact]
    public void A_built_tree_is_known_for_what_it_is()
    {
        KernelUnderTest kernel = DemoKernel.Kernel;
        Assert.Equal(KernelArchitecture.Arm64, kernel.Machine.Architecture);
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
    public void A_distributions_kernel_is_put_together_from_its_packages()
    {
        using TestFolder folder = new TestFolder();
        folder.Write("boot/vmlinuz-6.1.0-9-amd64", "");
        folder.Write("lib/modules/6.1.0-9-amd64/kernel/drivers/some-thing.ko.xz", "");
        KernelTree tree = MakeDistribution(folder, "CONFIG_X86_64=y");

        KernelUnderTest kernel = KernelUnderTest.For(tree);

        Assert.Equal(QemuMachine.X8664, kernel.Machine);
        Assert.Equal("6.1.0-9-amd64", kernel.Release);
        Assert.Equal(folder.Combine("boot/vmlinuz-6.1.0-9-amd64"), kernel.Image);
        Assert.Equal(folder.Combine("lib/modules/6.1.0-9-amd64/kernel/drivers/some-thing.ko.xz"), kernel.FindModule("some_thing"));
    }

    [Fact]
    public void The_image_of_a_tree_goes_before_an_installed_one_and_a_given_one_before_both()
    {
        using TestFolder folder = new TestFolder();
        folder.Write("boot/vmlinuz-6.1.0-9-amd64", "");
        KernelTree tree = MakeDistribution(folder, "CONFIG_X86_64=y");
        string built = folder.Write("usr/src/linux-headers-6.1.0-9-amd64/arch/x86/boot/bzImage", "");
        string given = folder.Write("given", "");

        Assert.Equal(built, KernelUnderTest.For(tree).Image);
        Assert.Equal(given, KernelUnderTest.For(tree, given).Image);
    }

    [Fact]
    public void What_cannot_be_booted_is_refused()
    {
        using TestFolder folder = new TestFolder();
        KernelTree tree = MakeDistribution(folder, "CONFIG_X86_64=y");
        BootSetupException e = Assert.Throws<BootSetupException>(() => KernelUnderTest.For(tree));
        Assert.Equal(BootSetupProblem.KernelNotBuilt, e.Problem);
        Assert.Contains("linux-image-6.1.0-9-amd64", e.Fix, StringComparison.Ordinal);

        tree = MakeDistribution(folder, "CONFIG_S390=y");
        e = Assert.Throws<BootSetupException>(() => KernelUnderTest.For(tree));
        Assert.Equal(BootSetupProblem.UnsupportedArchitecture, e.Problem);
        Assert.Contains("arm64, x86-64", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_compiler_is_named_with_its_package()
    {
        KernelUnderTest kernel = KernelUnderTest.For(DemoKernel.Tree, crossCompile: "no-such-compiler-");

        BootSetupException e = await Assert.ThrowsAsync<BootSetupException>(() => GuestBoot.RunAsync(kernel, new GuestScript()));

        Assert.Equal(BootSetupProblem.CompilerMissing, e.Problem);
        Assert.Contains("no-such-compiler-gcc", e.Cause, StringComparison.Ordinal);
        Assert.Contains("apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_QEMU_is_named_with_its_package()
    {
        using TestFolder folder = new TestFolder();
        (int exitCode, string output) = await HostProgram.RunAsync("env",
            [$"PATH={folder.Path}", $"KLP_KERNEL_TREE={DemoKernel.Tree.BuildDirectory}", Environment.ProcessPath!, "exec", typeof(Program).Assembly.Location],
            "", CancellationToken.None);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("'qemu-system-aarch64', which boots arm64 kernels, is not installed. Install it: apt-get install qemu-system-arm.",
            output, StringComparison.Ordinal);
    }

    // RHEL has QEMU for its own architecture only, outside PATH and under another name.
    [Fact]
    public void The_hosts_own_QEMU_is_looked_for_in_its_other_places()
    {
        foreach (QemuMachine machine in QemuMachine.All)
        {
            Assert.Equal(machine.Program, machine.Programs[0]);
            Assert.Equal(machine.IsHost, machine.Programs.Contains("/usr/libexec/qemu-kvm"));
        }
    }

    [Fact]
    public async Task Another_QEMU_boots_where_it_is_named()
    {
        using TestFolder folder = new TestFolder();
        string qemu = folder.Combine("another-qemu");
        File.CreateSymbolicLink(qemu, ExecutableSearch.Find(DemoKernel.Kernel.Machine.Program)!);

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, new GuestScript(), new BootOptions { Qemu = qemu });

        Assert.True(result.Succeeded, result.Describe());
        Assert.StartsWith(qemu + " ", result.CommandLine, StringComparison.Ordinal);
        BootSetupException e = await Assert.ThrowsAsync<BootSetupException>(() => GuestBoot.RunAsync(DemoKernel.Kernel, new GuestScript(), new BootOptions { Qemu = folder.Combine("none") }));
        Assert.Equal(BootSetupProblem.QemuMissing, e.Problem);
        Assert.Contains($"which {HostWord.Qemu} names", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_QEMU_that_may_not_be_executed_is_none()
    {
        using TestFolder folder = new TestFolder();
        string qemu = folder.Combine("qemu");
        File.WriteAllText(qemu, "#!/bin/sh\n");

        BootSetupException e = await Assert.ThrowsAsync<BootSetupException>(() => GuestBoot.RunAsync(DemoKernel.Kernel, new GuestScript(), new BootOptions { Qemu = qemu }));

        Assert.Equal(BootSetupProblem.QemuMissing, e.Problem);
    }

    [Fact]
    public async Task A_compilers_message_is_passed_on()
    {
        BootSetupException e = await Assert.ThrowsAsync<BootSetupException>(
            () => new TargetCompiler(DemoKernel.Kernel).CompileAsync("bad", "int main(void) { return nothing; }"));

        Assert.Equal(BootSetupProblem.CompilationFailed, e.Problem);
        Assert.Contains("'nothing' undeclared", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The headers of a kernel as a distribution installs them; its System.map, but neither image nor modules.</summary>
    private static KernelTree MakeDistribution(TestFolder folder, string architecture)
    {
        const string Headers = "usr/src/linux-headers-6.1.0-9-amd64/";
        folder.Write(Headers + ".config", architecture + "\nCONFIG_LIVEPATCH=y\n");
        folder.Write(Headers + "Module.symvers", "");
        folder.Write(Headers + "include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-9-amd64\"\n");
        folder.Write("boot/System.map-6.1.0-9-amd64", "");
        folder.Write("lib/modules/6.1.0-9-amd64/modules.order", "kernel/drivers/some-thing.ko\n");
        return DemoKernel.Open(folder.Combine(Headers));
    }
}
