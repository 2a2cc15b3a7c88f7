using System.Security.Cryptography;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests;

/// <summary>Compressed modules, read by the programs that the kernel's build compresses with.</summary>
public sealed class ModuleCompressionTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData(ModuleCompression.Gzip, "gz", "gzip", "gzip")]
    [InlineData(ModuleCompression.Xz, "xz", "xz", "xz-utils")]
    [InlineData(ModuleCompression.Zstd, "zst", "zstd", "zstd")]
    public void A_compressed_module_is_what_its_program_unpacks(ModuleCompression compression, string extension, string program, string package)
    {
        Tool.Require(program, package);
        byte[] module = Contents();
        string compressed = folder.Write("module.ko." + extension, Compress(module, compression));

        Assert.True(new FileInfo(compressed).Length < module.Length);
        Assert.Equal(module, CompressedFile.ReadAllBytes(compressed));
        Tool.Run(program, "-d", compressed);
        Assert.Equal(module, File.ReadAllBytes(folder["module.ko"]));
    }

    [Fact]
    public void Xz_has_the_check_and_the_dictionary_that_the_kernel_asks_for()
    {
        Tool.Require("xz", "xz-utils");
        string listing = Tool.Run("xz", "--list", "-vv", folder.Write("module.ko.xz", Compress(Contents(), ModuleCompression.Xz))).Output;

        Assert.Matches(@"Check: +CRC32\n", listing);
        Assert.Matches(@"--lzma2=dict=1MiB\n", listing);
    }

    [Fact]
    public void Zstd_has_a_checksum()
    {
        Tool.Require("zstd", "zstd");
        Assert.Matches("Check: XXH64", Tool.Run("zstd", "--list", "-v", folder.Write("module.ko.zst", Compress(Contents(), ModuleCompression.Zstd))).Output);
    }

    [Fact]
    public void Gzip_has_neither_a_name_nor_a_time()
    {
        byte[] header = Compress(Contents(), ModuleCompression.Gzip)[..8];
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], header);
    }

    [Theory]
    [InlineData("7.2.11", ModuleCompression.Xz, "CONFIG_MODULE_COMPRESS=y", "CONFIG_MODULE_COMPRESS_XZ=y", "CONFIG_MODULE_COMPRESS_ALL=y")]
    [InlineData("7.2.11", ModuleCompression.None, "CONFIG_MODULE_COMPRESS=y", "CONFIG_MODULE_COMPRESS_XZ=y")]
    [InlineData("6.11.5", ModuleCompression.Zstd, "CONFIG_MODULE_COMPRESS_ZSTD=y")]
    [InlineData("5.10.0", ModuleCompression.Gzip, "CONFIG_MODULE_COMPRESS=y", "CONFIG_MODULE_COMPRESS_GZIP=y")]
    [InlineData("6.1.0", ModuleCompression.None, "CONFIG_MODULE_COMPRESS_NONE=y")]
    public void How_a_kernel_compresses_its_modules_is_read_from_its_configuration(string version, ModuleCompression expected, params string[] options)
    {
        Assert.True(KernelVersion.TryParse(version, out KernelVersion kernel));
        Assert.Equal(expected, ModuleCompressor.Of(KernelConfig.Read(folder.Write(".config", string.Join('\n', options))), kernel));
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Contents() => [.. Enumerable.Repeat("a module "u8.ToArray(), 300_000).SelectMany(text => text), .. RandomNumberGenerator.GetBytes(5000)];

    private static byte[] Compress(byte[] module, ModuleCompression compression)
    {
        DiagnosticBag diagnostics = new();
        byte[]? compressed = ModuleCompressor.Compress(module, compression, diagnostics);
        Assert.Empty(diagnostics);
        return compressed!;
    }
}
