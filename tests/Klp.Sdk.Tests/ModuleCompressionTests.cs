using System.IO.Compression;
using System.Text.Json;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Builds that compress the module.</summary>
public sealed class ModuleCompressionTests : IDisposable
{
    private readonly TestProject project = new();

    [Fact]
    public void A_compressed_module_takes_the_place_of_the_other_wherever_it_goes()
    {
        Tool.Require("xz", "xz-utils");
        project.Build("-c", "Release").Succeeded();
        byte[] module = File.ReadAllBytes(Built(".ko"));

        Assert.Equal(["KlpCompress", "KlpValidate"], project.Build("-c", "Release", "-p:KlpModuleCompression=xz").Succeeded().Ran);
        Assert.Equal([Relative(".klp.json"), Relative(".ko.xz")], project.Files("bin"));
        Assert.Empty(project.Build("-c", "Release", "-p:KlpModuleCompression=xz").Succeeded().Ran);
        Assert.Equal(Tool.Run("sha256sum", Built(".ko.xz")).Output.Split(' ')[0], JsonDocument.Parse(File.ReadAllText(Built(".klp.json"))).RootElement.GetProperty("sha256").GetString());
        Assert.Equal("patch", Tool.Run("modinfo", "-F", "name", Built(".ko.xz")).Output.Trim());
        File.Copy(Built(".ko.xz"), project.Combine("copy.ko.xz"));
        Tool.Run("xz", "-d", project.Combine("copy.ko.xz"));
        Assert.Equal(module, File.ReadAllBytes(project.Combine("copy.ko")));

        project.Run("publish", "-p:KlpModuleCompression=xz").Succeeded();
        Assert.Equal(["SHA256SUMS", "patch.klp.json", "patch.ko.xz"], project.Files("bin/Release/publish").Select(file => Path.GetFileName(file)));
        project.Run("pack", "-p:KlpModuleCompression=xz").Succeeded();
        using (ZipArchive package = ZipFile.OpenRead(project.Combine("bin", "Release", "patch.1.0.0.nupkg")))
            Assert.Equal(["patch.klp.json", "patch.ko.xz"], package.Entries.Where(entry => entry.FullName.Contains($"livepatch/{TestKernel.Release}/", StringComparison.Ordinal)).Select(entry => entry.Name).Order(StringComparer.Ordinal));

        project.Run("clean", "-c", "Release").Succeeded();
        Assert.Equal(["bin/Release/patch.1.0.0.nupkg"], project.Files("bin"));
    }

    [Fact]
    public void A_module_is_compressed_as_the_kernel_compresses_its_own_unless_the_project_says_otherwise()
    {
        Tool.Require("zstd", "zstd");
        using KernelTreeCopy kernel = new();
        File.AppendAllText(kernel.Own(".config"), "CONFIG_MODULE_COMPRESS=y\nCONFIG_MODULE_COMPRESS_ZSTD=y\nCONFIG_MODULE_COMPRESS_ALL=y\n");
        project.KernelTree = kernel.Path;

        project.Build("-c", "Release").Succeeded();
        Assert.Equal([Relative(".klp.json"), Relative(".ko.zst")], project.Files("bin"));
        Tool.Run("zstd", "--test", Built(".ko.zst"));

        project.Build("-c", "Release", "-p:KlpModuleCompression=none").Succeeded();
        Assert.Equal([Relative(".klp.json"), Relative(".ko")], project.Files("bin"));
    }

    [Fact]
    public void A_compression_on_a_line_of_its_own_is_that_compression()
    {
        project.Build("-p:KlpModuleCompression= xz ").Succeeded();

        Assert.Contains($"bin/Debug/{TestKernel.Release}/patch.ko.xz", project.Files("bin"));
    }

    [Fact]
    public void An_unknown_compression_is_an_error() =>
        Assert.Contains("none, gzip, xz, zstd", project.Build("-p:KlpModuleCompression=lzma").SingleError("KLP6007").Text, StringComparison.Ordinal);

    public void Dispose() => project.Dispose();

    private static string Relative(string extension) => $"bin/Release/{TestKernel.Release}/patch{extension}";

    private string Built(string extension) => project.Combine(Relative(extension));
}
