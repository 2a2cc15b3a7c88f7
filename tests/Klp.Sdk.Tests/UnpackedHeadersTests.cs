using Klp.Kbuild.Runs;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Headers of a distribution's kernel whose packages were unpacked in a folder, and not installed.</summary>
public sealed class UnpackedHeadersTests
{
    [Fact]
    public void A_livepatch_is_built_with_headers_that_name_where_they_would_be_installed()
    {
        using UnpackedKernel kernel = new();
        using TestProject project = new() { KernelTree = kernel.Tree };
        project.WriteProject(TestProject.Uncompressed);
        Assert.Contains(" /usr/src/linux-headers-", File.ReadAllText(Path.Combine(kernel.Tree, "Makefile")), StringComparison.Ordinal);
        string before = kernel.Hash();

        project.Build().Succeeded();

        string module = project.Combine("bin", "Debug", kernel.Release, "patch.ko");
        Assert.StartsWith(kernel.Release + " ", Tool.Run("modinfo", "-F", "vermagic", module).Output, StringComparison.Ordinal);
        // All that was read is of this folder, the headers of the package for all flavours above all.
        string[] inputs =
            [.. project.Files("obj").Where(file => Path.GetFileName(file) == "compile.record").SelectMany(file => StageRecord.ReadFound(project.Combine(file)))];
        string[] headers = [.. inputs.Where(input => input.Contains("/usr/src/", StringComparison.Ordinal))];
        Assert.Contains(headers, input => input.EndsWith("/include/linux/livepatch.h", StringComparison.Ordinal));
        Assert.All(headers, input => Assert.StartsWith(kernel.Combine("usr", "src") + "/", input, StringComparison.Ordinal));
        Assert.Empty(project.Build().Succeeded().Ran);
        Assert.Equal(before, kernel.Hash());
    }

    [Fact]
    public void A_package_that_was_not_unpacked_with_the_headers_is_named()
    {
        using UnpackedKernel kernel = new();
        using TestProject project = new() { KernelTree = kernel.Tree };
        string makefile = Path.Combine(kernel.Tree, "Makefile");
        // Whatever this machine has installed in /.
        File.WriteAllText(makefile, File.ReadAllText(makefile).Replace("/usr/src/", "/usr/src/of-a-test/", StringComparison.Ordinal));

        BuildMessage error = project.Build().SingleError("KLP0024");

        Assert.Equal(makefile, error.File);
        Assert.Matches(@"names /usr/src/of-a-test/linux-headers-\S+, which is neither there nor in ", error.Text);
        Assert.Contains("Install the package linux-headers-", error.Text, StringComparison.Ordinal);
        Assert.Contains(kernel.Combine(), error.Text, StringComparison.Ordinal);
    }
}
