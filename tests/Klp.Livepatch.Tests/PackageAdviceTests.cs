using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Tests;

/// <summary>What to install, in the words of the distribution.</summary>
public class PackageAdviceTests
{
    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"13\"\n", "apt-get install qemu-system-x86 libc6-dev")]
    [InlineData("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n", "apt-get install qemu-system-x86 libc6-dev")]
    [InlineData("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt-get install qemu-system-x86 libc6-dev")]
    [InlineData("ID=fedora\n", "dnf install qemu-kvm glibc-static")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install qemu-kvm glibc-static")]
    [InlineData("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", "zypper install qemu-x86 glibc-devel-static")]
    [InlineData("ID=arch\n", "pacman -S qemu-system-x86 glibc")]
    [InlineData("ID=other\n", "apt-get install qemu-system-x86 libc6-dev (on Debian; elsewhere the packages with the same programs)")]
    [InlineData("", "apt-get install qemu-system-x86 libc6-dev (on Debian; elsewhere the packages with the same programs)")]
    public void It_is_the_distributions_own_command_and_names(string osRelease, string command) =>
        Assert.Equal(command, PackageAdvice.Command("qemu-system-x86 libc6-dev", "apt-get", osRelease));

    // Of the programs and libraries that kbuild asks for.
    [Theory]
    [InlineData("mawk libelf1 debianutils", "ID=fedora\n", "dnf install gawk elfutils-libelf which")]
    [InlineData("binutils-aarch64-linux-gnu zlib1g", "ID=arch\n", "pacman -S aarch64-linux-gnu-binutils zlib")]
    [InlineData("device-tree-compiler perl", "ID=sles\n", "zypper install dtc perl")]
    public void What_kbuild_calls_has_each_distributions_name(string packages, string osRelease, string command) =>
        Assert.Equal(command, PackageAdvice.Command(packages, "apt", osRelease));

    [Fact]
    public void What_a_distribution_does_not_have_is_said_by_Debians_name()
    {
        string advice = PackageAdvice.Command("gcc-aarch64-linux-gnu libc6-dev-arm64-cross", "apt-get", "ID=fedora\n");

        Assert.StartsWith("dnf install gcc-aarch64-linux-gnu (", advice, StringComparison.Ordinal);
        Assert.Contains("libc6-dev-arm64-cross", advice, StringComparison.Ordinal);
    }
}
