using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>Modules as distributions install them: compressed by xz.</summary>
public class CompressedModuleTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>
{
    [Fact]
    public void A_compressed_module_is_converted_into_one_that_is_not()
    {
        KlpCommand plain = KlpCommand.Run("convert", "-s", livepatch["symbols.klp"], livepatch["good.ko"], "-o", livepatch["plain.ko"]);
        KlpCommand compressed = KlpCommand.Run("convert", "-s", livepatch["symbols.klp"], Compress("good.ko"), "-o", livepatch["from xz.ko"]);

        Assert.Equal((0, 0), (plain.ExitCode, compressed.ExitCode));
        Assert.Equal(File.ReadAllBytes(livepatch["plain.ko"]), File.ReadAllBytes(livepatch["from xz.ko"]));
    }

    [Fact]
    public void Inspect_and_validate_say_the_same_of_a_compressed_module()
    {
        Assert.Equal(0, KlpCommand.Run("convert", "-k", DemoKernelTree.Path, livepatch["good.ko"], "-o", livepatch["converted.ko"]).ExitCode);
        string compressed = Compress("converted.ko");

        KlpCommand inspect = KlpCommand.Run("inspect", livepatch["converted.ko"]);
        Assert.Contains("totalreserve_pages", inspect.Output, StringComparison.Ordinal);
        Assert.Equal(inspect.Output, KlpCommand.Run("inspect", compressed).Output.Replace(compressed, livepatch["converted.ko"], StringComparison.Ordinal));

        KlpCommand validate = KlpCommand.Run("validate", "-k", DemoKernelTree.Path, compressed);
        Assert.Equal((0, ""), (validate.ExitCode, validate.Error));
    }

    // xz is in Debian's package xz-utils.
    private string Compress(string name)
    {
        using Process xz = Process.Start("xz", ["--check=crc32", "--lzma2=dict=1MiB", "--keep", "--force", livepatch[name]]);
        xz.WaitForExit();
        Assert.Equal(0, xz.ExitCode);
        return livepatch[name + ".xz"];
    }
}
