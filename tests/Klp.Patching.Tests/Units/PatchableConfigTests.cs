using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Units;

public class PatchableConfigTests
{
    [Theory]
    [InlineData("LTO_CLANG")]
    [InlineData("RANDSTRUCT")]
    [InlineData("GCC_PLUGIN_LATENT_ENTROPY")]
    [InlineData("KCOV")]
    [InlineData("GCOV_KERNEL")]
    public void An_option_that_hinders_is_named(string option)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();

        Assert.False(PatchableConfig.Check(folder.Write(".config", $"CONFIG_A=y\nCONFIG_{option}=y\n"), diagnostics));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.ConfigurationNotPatchable, error.Code);
        Assert.StartsWith($"The kernel is configured with CONFIG_{option}: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(new SourcePlace(folder[".config"]), error.Place);
    }

    [Fact]
    public void Without_them_there_is_nothing_to_tell()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        Assert.True(PatchableConfig.Check(folder.Write(".config", "# CONFIG_KCOV is not set\nCONFIG_KCOVX=y\n"), diagnostics));
        Assert.Empty(diagnostics);
    }
}
