using Klp.Kernel.Facts;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class KernelConfigTests
{
    [Theory]
    [InlineData("CONFIG_A=y", "y", true)]
    [InlineData("CONFIG_A=m", "m", false)]
    [InlineData("CONFIG_A=0x10", "0x10", false)]
    [InlineData("CONFIG_A=\"a b=c\"", "a b=c", false)]
    [InlineData("CONFIG_A=\"\"", "", false)]
    [InlineData("CONFIG_A=y\r", "y", true)]
    [InlineData("CONFIG_A=n\nCONFIG_A=y", "y", true)]
    [InlineData("# CONFIG_A is not set", null, false)]
    [InlineData("#CONFIG_A=y", null, false)]
    [InlineData("CONFIG_AB=y", null, false)]
    [InlineData("CONFIG_=y\nA=y\nCONFIG_A", null, false)]
    public void An_option_has_the_value_of_its_line(string text, string? value, bool isEnabled)
    {
        using TempFolder folder = new();
        KernelConfig config = KernelConfig.Read(folder.Write(".config", text));
        Assert.Equal(value, config.Value("A"));
        Assert.Equal(isEnabled, config.IsEnabled("A"));
    }

    [Fact]
    public void Options_of_a_kernel_are_those_that_its_build_saw()
    {
        // auto.conf is what the kernel's makefiles include; olddefconfig makes it from .config.
        foreach (string line in File.ReadLines(DemoTree.File("include/config/auto.conf")).Where(line => line.StartsWith("CONFIG_", StringComparison.Ordinal)))
        {
            string[] parts = line["CONFIG_".Length..].Split('=', 2);
            Assert.Equal(parts[1].Trim('"'), DemoTree.Tree.Config.Value(parts[0]));
        }
    }
}
