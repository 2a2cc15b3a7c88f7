using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>kbuild, without a program that it calls.</summary>
public sealed class HostProgramTests
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="shell">What the kernel's makefiles call <c>sh</c>.</param>
    [Theory]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("busybox")]
    public void A_kernel_with_BTF_asks_for_pahole_by_name(string shell)
    {
        Tool.Require(shell, shell == "busybox" ? "busybox-static" : shell);
        using KernelTreeCopy tree = new();
        tree.Detach();
        File.AppendAllText(tree.Own("include/config/auto.conf"), "CONFIG_DEBUG_INFO_BTF_MODULES=y\n");
        using TestProject project = new() { KernelTree = tree.Path };
        project.Variables["PATH"] = ProgramFolder.Make(project.Home, "pahole");
        ProgramFolder.Redirect(project.Variables["PATH"], "sh", shell);

        BuildMessage error = project.Build().SingleError("KLP0020");

        Assert.Equal("kbuild calls pahole, which was not found. Install it: " + PackageAdvice.Command("pahole", "apt"), error.Text);
        Assert.Empty(project.Files("bin"));
    }

    [Fact]
    public void A_linker_that_is_missing_beside_its_compiler_is_named_and_the_build_with_it_is_right()
    {
        string prefix = DotNet.Find(TestKernel.Architecture.DefaultCrossCompile + "gcc") is null ? "" : TestKernel.Architecture.DefaultCrossCompile;
        using TestProject project = new();
        project.Variables["PATH"] = ProgramFolder.Make(project.Home, prefix + "ld");

        BuildMessage error = project.Build().SingleError("KLP0020");

        string package = prefix.Length == 0 ? "binutils" : "binutils-" + prefix.TrimEnd('-').Replace('_', '-');
        Assert.Equal($"kbuild calls {prefix}ld, which was not found. Install it: {PackageAdvice.Command(package, "apt")}", error.Text);
        project.Variables.Remove("PATH");
        project.Build().Succeeded();
    }

    // Of the programs by which kbuild ends with the build, another than util-linux's may come first on PATH.
    [Fact]
    public void A_setpriv_that_does_not_know_death_signals_is_left_alone()
    {
        Tool.Require("busybox", "busybox-static");
        using TestProject project = new();
        project.Variables["PATH"] = ProgramFolder.Make(project.Home);
        ProgramFolder.Redirect(project.Variables["PATH"], "setpriv", "busybox");
        ProgramFolder.Redirect(project.Variables["PATH"], "setsid", "busybox");

        project.Build().Succeeded();
    }

    [Fact]
    public void A_program_of_the_tree_that_was_not_built_is_named()
    {
        using KernelTreeCopy tree = new();
        tree.Detach();
        tree.Remove("scripts/basic/fixdep");
        using TestProject project = new() { KernelTree = tree.Path };

        BuildMessage error = project.Build().SingleError("KLP0020");

        Assert.Matches("^kbuild calls [^ ]*scripts/basic/fixdep, which does not exist. .*run make modules_prepare", error.Text);
    }

    [Theory]
    [InlineData(false, "which may not be executed. Make it executable")]
    [InlineData(true, "which is there and cannot run: its interpreter")]
    public void A_program_of_the_tree_that_cannot_run_here_is_another_error(bool executable, string expected)
    {
        using KernelTreeCopy tree = new();
        tree.Detach();
        string modpost = tree.Own("scripts/mod/modpost", "#!/nowhere/python3\n");
        File.SetUnixFileMode(modpost, executable ? Executable : UnixFileMode.UserRead);
        using TestProject project = new() { KernelTree = tree.Path };

        BuildMessage error = project.Build().SingleError("KLP0022");

        Assert.Matches($"^kbuild calls [^ ]*scripts/mod/modpost, {expected}", error.Text);
    }
}
