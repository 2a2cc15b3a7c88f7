using System.IO.Compression;
using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>What distributions install in place of vmlinux gives the same database.</summary>
[Trait("Needs", "kernel")]
public sealed class KernelWithoutVmlinuxTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_image_has_the_symbols_of_vmlinux_in_the_same_order()
    {
        string image = DemoTree.File("arch/arm64/boot/Image");
        string[] expected = Names(new SymbolSources { VmlinuxPath = DemoTree.Vmlinux }, "vmlinux");
        Assert.Equal(expected, Names(new SymbolSources { ImagePath = image }, "vmlinux"));
        Assert.Equal(expected, Names(new SymbolSources { ImagePath = Gzip(image) }, "vmlinux"));
    }

    // Since 7.0 kallsyms counts each address from the place of its offset.
    [Fact]
    public void The_image_has_the_addresses_of_vmlinux()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        KernelTree tree = kernel.Open();
        string[] names = [.. Nm.SystemMap(DemoTree.Vmlinux).Select(symbol => symbol.Name).Where((_, index) => index % 100 == 0)];

        foreach (string name in (string[])[.. names, "meminfo_proc_show", "reserved_mem_count"])
        {
            if (tree.FindInVmlinux(name) is { Count: > 0 } found)
                Assert.Equal(DemoTree.Tree.FindInVmlinux(name).Select(symbol => symbol.Value), found.Select(symbol => symbol.Value));
        }

        Assert.True(Assert.Single(tree.FindInVmlinux("meminfo_proc_show")).IsFunction);
        Assert.Equal(2, tree.FindInVmlinux("reserved_mem_count").Count);
    }

    [Fact]
    public void System_map_has_the_symbols_of_vmlinux_by_address() =>
        SymbolDatabaseBuilderTests.AssertSameByAddress(
            Nm.SystemMap(DemoTree.Vmlinux),
            Names(new SymbolSources { SystemMapPath = DemoTree.File("System.map") }, "vmlinux"));

    [Fact]
    public void A_copy_of_proc_kallsyms_has_vmlinux_and_the_loaded_modules()
    {
        string[] zram = Names(new SymbolSources { ModulePaths = [DemoTree.Module("zram")] }, "zram");
        StringBuilder text = new();
        foreach (NmSymbol symbol in Nm.SystemMap(DemoTree.Vmlinux).Where(symbol => symbol.Type is not ('A' or 'a')))
            text.Append($"{symbol.Address} {symbol.Type} {symbol.Name}\n");
        foreach (string name in zram)
            text.Append($"ffff800079000000 t {name}\t[zram]\n");
        text.Append("ffff800078000000 t bpf_prog_6deef7357e7b4530\t[bpf]\nffff800078000000 t ftrace_trampoline\t[__builtin__ftrace]\n");
        string dump = folder.Write("kallsyms", text.ToString());

        DatabaseText database = DatabaseText.Build(new SymbolSources { KallsymsPath = dump, ModulePaths = [DemoTree.Module("dm_mod")] });
        Assert.Equal(["vmlinux", "dm_mod", "zram"], database.Objects.Select(entry => entry.Name));
        Assert.Equal(zram, database.Names("zram"));
        SymbolDatabaseBuilderTests.AssertSameByAddress(Nm.SystemMap(DemoTree.Vmlinux), database.Names("vmlinux"));
    }

    [Theory]
    [InlineData("ffff800080000000 t name [module")]
    [InlineData("ffff800080000000 name")]
    [InlineData("ffff800080000000 tt name")]
    public void A_line_that_is_not_of_proc_kallsyms_is_an_error_at_its_number(string line) =>
        AssertRefused(new SymbolSources { KallsymsPath = folder.Write("list", $"ffff800080000000 T _text\n{line}\n") }, 2);

    [Fact]
    public void A_file_that_is_no_system_map_is_an_error_at_its_line() =>
        AssertRefused(new SymbolSources { SystemMapPath = folder.Write("list", "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n") }, 1);

    [Theory]
    [InlineData("gz")]
    [InlineData("xz")]
    [InlineData("zst")]
    public void A_compressed_module_has_the_symbols_of_the_module(string extension)
    {
        string module = DemoTree.Module("dm_mod");
        string compressed = extension == "gz" ? Gzip(module) : Compress(module, extension);
        Assert.Equal(Names(new SymbolSources { ModulePaths = [module] }, "dm_mod"), Names(new SymbolSources { ModulePaths = [compressed] }, "dm_mod"));
    }

    [Theory]
    [InlineData("gz")]
    [InlineData("xz")]
    [InlineData("zst")]
    public void A_damaged_compressed_module_is_an_error(string extension)
    {
        string module = DemoTree.Module("zram");
        byte[] bytes = File.ReadAllBytes(extension == "gz" ? Gzip(module) : Compress(module, extension));
        foreach (byte[] damaged in (byte[][])[bytes[..(bytes.Length / 2)], [.. bytes[..20], .. bytes[20..].Select(value => (byte)~value)]])
        {
            string path = folder.Write($"damaged.ko.{extension}", damaged);
            DiagnosticBag diagnostics = new();
            Assert.False(SymbolDatabaseBuilder.Build(new SymbolSources { ModulePaths = [path] }, folder["symbols.klp"], diagnostics));
            Assert.Equal(path, Expect.Error("KLP2003", diagnostics).Place!.File);
        }
    }

    [Fact]
    public void A_tree_whose_modules_are_compressed_has_them()
    {
        using FakeTree tree = new();
        tree.Remove("drivers/md/dm-zero.ko");
        tree.Write("drivers/md/dm-zero.ko.xz", File.ReadAllBytes(Compress(DemoTree.Module("dm_zero"), "xz")));
        Assert.Equal(tree["drivers/md/dm-zero.ko.xz"], DemoTree.Open(tree.Path).FindModule("dm_zero"));
    }

    public void Dispose() => folder.Dispose();

    private void AssertRefused(SymbolSources sources, int line)
    {
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(sources, folder["symbols.klp"], diagnostics));
        Assert.Equal(new SourcePlace(folder["list"], line), Expect.Error("KLP2002", diagnostics).Place);
    }

    private string Gzip(string path)
    {
        string compressed = folder[Path.GetFileName(path) + ".gz"];
        using GZipStream stream = new(File.Create(compressed), CompressionLevel.Fastest);
        stream.Write(File.ReadAllBytes(path));
        return compressed;
    }

    private string Compress(string path, string extension)
    {
        string compressed = folder[$"{Path.GetFileName(path)}.{extension}"];
        File.Copy(path, folder["module"], overwrite: true);
        if (extension == "xz")
        {
            Tool.Run("xz", "--force", "--check=crc32", "--suffix=.xz", folder["module"]);
            File.Move(folder["module.xz"], compressed, overwrite: true);
        }
        else
        {
            File.WriteAllBytes(compressed, ZstdFrame.Store(File.ReadAllBytes(path)));
        }

        return compressed;
    }

    private static string[] Names(SymbolSources sources, string objectName) => [.. DatabaseText.Build(sources).Names(objectName)];
}
