using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests;

/// <summary>The paths that compilers were given, in the kernel's source.</summary>
public sealed class KernelSourcePathTests
{
    [Theory]
    [InlineData("fs/proc/inode.c", null, "fs/proc/inode.c")]
    [InlineData("../fs/proc/inode.c", "/home/me/linux/build", "fs/proc/inode.c")]
    [InlineData("../source/drivers/net/tun.c", "/home/me/build", "drivers/net/tun.c")]
    [InlineData("/build/linux-6.1.1/fs/ext4/dir.c", "/build/linux-6.1.1/debian/build/build_amd64", "fs/ext4/dir.c")]
    [InlineData("/home/kernel/linux/fs/ext4/dir.c", "/home/kernel/linux", "fs/ext4/dir.c")]
    [InlineData("/home/net/driver/one.c", "/home/net/driver", "/home/net/driver/one.c")]
    [InlineData("one.c", "/tmp", "one.c")]
    public void A_path_begins_with_a_folder_of_the_kernel(string path, string? directory, string expected) =>
        Assert.Equal(expected, KernelSourcePath.Of(path, directory));
}
