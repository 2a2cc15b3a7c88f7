using System.Text;
using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary>The sources of <c>klp symbols</c>, alone and together.</summary>
public sealed class SymbolSourceTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>, IDisposable
{
    private static readonly string Kernel = DemoKernelTree.Path;
    private static readonly string Map = Path.Combine(Kernel, "System.map");
    private static readonly string Modules = Path.Combine(Kernel, "drivers/md");
    private static readonly string Symvers = Path.Combine(Kernel, "Module.symvers");

    private readonly TempFolder folder = new();

    public static TheoryData<string[]> KernelSources =>
    [
        ["--vmlinux", Path.Combine(Kernel, "vmlinux")],
        ["--image", Path.Combine(Kernel, "arch/arm64/boot/Image")],
        ["--system-map", Map],
        ["--kallsyms", "-"],
    ];

    [Theory]
    [MemberData(nameof(KernelSources))]
    public void Every_source_of_the_kernels_symbols_tells_what_nm_and_mksysmap_tell(string[] source)
    {
        byte[] input = source is [.., "-"] ? Encoding.Latin1.GetBytes(string.Join('\n', KernelNames.Lines)) : [];
        DatabaseObjects database = Build(input, source);
        Assert.Equal(["vmlinux"], database.Names);
        KernelNames.AssertAre(database["vmlinux"]);
    }

    [Fact]
    public void The_kernel_of_a_tree_is_the_same_as_from_its_files() => KernelNames.AssertAre(Tree()["vmlinux"]);

    [Fact]
    public void Module_symvers_adds_to_a_tree_what_kallsyms_does_not_show()
    {
        string symvers = folder.Write("Module.symvers", "0x0\tnot_in_kallsyms\tvmlinux\tEXPORT_SYMBOL\t\n0x0\tnor_this\tdrivers/md/dm-mod\tEXPORT_SYMBOL_GPL\t\n");
        DatabaseObjects plain = Tree();
        DatabaseObjects with = Build("--kernel", Kernel, "--symvers", symvers);
        Assert.Equal(plain.Names, with.Names);
        Assert.Equal([.. plain["vmlinux"], "__ksymtab_not_in_kallsyms"], with["vmlinux"]);
        Assert.Equal([.. plain["dm_mod"], "__ksymtab_nor_this"], with["dm_mod"]);
        Assert.Equal(plain["zram"], with["zram"]);
    }

    [Fact]
    public void The_trees_own_module_symvers_changes_nothing_that_is_defined()
    {
        DatabaseObjects plain = Tree();
        DatabaseObjects with = Build("--kernel", Kernel, "--symvers", Symvers);
        Assert.Equal(plain.Names, with.Names);
        Assert.Equal(plain["vmlinux"], with["vmlinux"].Take(plain["vmlinux"].Count));
    }

    [Theory]
    [InlineData("--system-map")]
    [InlineData("--kallsyms")]
    public void A_source_of_the_kernels_symbols_takes_the_place_of_the_trees_vmlinux(string option)
    {
        string other = folder.Write("other", "ffff800080000000 T other_kernel\n");
        DatabaseObjects database = Build("--kernel", Kernel, option, other);
        Assert.Equal(Tree().Names, database.Names);
        Assert.Equal(["other_kernel"], database["vmlinux"]);
        Assert.Equal(Tree()["zram"], database["zram"]);
    }

    [Fact]
    public void A_folder_takes_the_place_of_the_trees_modules_also_where_the_tree_is_of_the_environment()
    {
        KlpCommand command = KlpCommand.RunWithTree(Kernel, "symbols", "--modules", Modules, "-o", "-");
        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        DatabaseObjects database = new(command.Output);
        KernelNames.AssertAre(database["vmlinux"]);
        Assert.Equal(["vmlinux", .. ModulesBelow("drivers/md/")], database.Names);
    }

    [Fact]
    public void A_folder_alone_gives_its_modules_in_the_order_of_the_tree()
    {
        DatabaseObjects database = Build("--modules", Modules);
        Assert.Contains("dm_mod", database.Names);
        Assert.Equal(ModulesBelow("drivers/md/"), database.Names);
        Assert.All(database.Names, name => Assert.Equal(Tree()[name], database[name]));
    }

    [Fact]
    public void All_together_convert_as_the_tree_does()
    {
        KlpCommand.Run("symbols", "--system-map", Map, "--modules", Kernel, "--symvers", Symvers, "--module", livepatch["outside.ko"], "-o", folder["all.klp"]);
        DatabaseObjects database = new(File.ReadAllText(folder["all.klp"]));
        Assert.Equal([.. Tree().Names, "outside"], database.Names);

        Convert("by-sources.ko", "-s", folder["all.klp"]);
        Convert("by-tree.ko", "-k", Kernel, "-m", livepatch["outside.ko"]);
        Assert.Equal(File.ReadAllBytes(folder["by-tree.ko"]), File.ReadAllBytes(folder["by-sources.ko"]));

        void Convert(string output, params string[] kernel)
        {
            KlpCommand command = KlpCommand.Run(["convert", .. kernel, livepatch["good.ko"], "-o", folder[output]]);
            Assert.Equal((0, ""), (command.ExitCode, command.Error));
        }
    }

    [Fact]
    public void A_module_that_is_named_takes_the_place_of_the_folders()
    {
        Directory.CreateDirectory(folder["modules"]);
        File.Copy(livepatch["good.ko"], folder["modules/outside.ko"]);
        File.Copy(Path.Combine(Modules, "dm-mod.ko"), folder["modules/dm-mod.ko"]);
        DatabaseObjects database = Build("--system-map", Map, "--modules", folder["modules"], "--module", livepatch["outside.ko"], livepatch["outside.ko"]);
        Assert.Equal(["vmlinux", "dm_mod", "outside"], database.Names);
        Assert.Single(database["outside"], "outside_static");
    }

    [Fact]
    public void Two_different_modules_of_one_name_are_refused()
    {
        folder.Write("one/zram.ko", "");
        File.Copy(Path.Combine(Modules, "dm-mod.ko"), folder["one/zram.ko"], overwrite: true);
        folder.Write("two/zram.ko", "");
        File.Copy(Path.Combine(Modules, "dm-zero.ko"), folder["two/zram.ko"], overwrite: true);
        AssertRefused("KLP2006", "--modules", folder.Path);
    }

    [Theory]
    [InlineData("--kallsyms")]
    [InlineData("--system-map")]
    public void An_empty_list_of_symbols_makes_no_database(string option) => AssertRefused("KLP2002", option, "/dev/null");

    [Fact]
    public void A_folder_without_modules_makes_no_database() => AssertRefused("The folder has no module", "--modules", Directory.CreateDirectory(folder["empty"]).FullName);

    [Fact]
    public void Exports_without_symbols_make_no_database() => AssertRefused("--system-map", "--symvers", Symvers);

    [Fact]
    public void Two_sources_of_the_kernels_symbols_are_one_too_many() => AssertRefused("--vmlinux and --system-map", "--system-map", Map, "--vmlinux", Path.Combine(Kernel, "vmlinux"));

    [Fact]
    public void A_folder_where_a_file_is_needed_is_said_to_be_one() => AssertRefused("is a folder", "--vmlinux", folder.Path);

    [Fact]
    public void A_file_where_a_folder_is_needed_is_said_to_be_none() => AssertRefused("--module", "--modules", Map);

    [Fact]
    public void A_module_that_is_damaged_is_refused_as_every_command_refuses_it()
    {
        AssertRefused("KLP2003", "--modules", Folder("half.ko"));
        Assert.Equal(2, KlpCommand.Run("inspect", folder["damaged/half.ko"]).ExitCode);
        Assert.Equal(2, KlpCommand.Run("convert", "-s", livepatch["symbols.klp"], folder["damaged/half.ko"], "-n").ExitCode);
        Assert.Equal(2, KlpCommand.Run("symbols", "-k", Kernel, "-m", folder["damaged/half.ko"], "-o", folder["x.klp"]).ExitCode);
    }

    [Fact]
    public void A_database_without_objects_converts_nothing()
    {
        KlpCommand convert = KlpCommand.Run("convert", folder.Write("empty.klp", "klp-convert-symbol-data.0.1\n"), livepatch["good.ko"], folder["made.ko"]);
        Assert.Equal(2, convert.ExitCode);
        Assert.Contains("KLP2001", convert.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["made.ko"]));
    }

    [Fact]
    public void What_is_wrong_is_told_as_json()
    {
        KlpCommand command = KlpCommand.Run("symbols", "--system-map", "/dev/null", "--json", "-o", folder["x.klp"]);
        Assert.Equal((2, ""), (command.ExitCode, command.Error));
        JsonElement finding = Assert.Single(JsonDocument.Parse(command.Output).RootElement.EnumerateArray());
        Assert.Equal(("KLP2002", "/dev/null"), (finding.GetProperty("code").GetString(), finding.GetProperty("file").GetString()));
        Assert.False(finding.TryGetProperty("line", out _));
        Assert.False(finding.TryGetProperty("column", out _));
    }

    public void Dispose() => folder.Dispose();

    private static DatabaseObjects Build(params string[] sources) => Build([], sources);

    private static DatabaseObjects Build(byte[] input, string[] sources)
    {
        KlpCommand command = KlpCommand.Run(input, ["symbols", .. sources, "-o", "-"]);
        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        return new DatabaseObjects(command.Output);
    }

    private DatabaseObjects Tree() => new(File.ReadAllText(livepatch["symbols.klp"]));

    private static IEnumerable<string> ModulesBelow(string path) =>
        from line in File.ReadLines(Path.Combine(Kernel, "modules.order"))
        where line.StartsWith(path, StringComparison.Ordinal)
        select Path.GetFileNameWithoutExtension(line).Replace('-', '_');

    private void AssertRefused(string message, params string[] sources)
    {
        string output = folder.Write("symbols.klp", "the old one");
        KlpCommand command = KlpCommand.Run(["symbols", .. sources, "-o", output]);
        Assert.Equal(2, command.ExitCode);
        Assert.Contains(message, command.Error, StringComparison.Ordinal);
        Assert.Equal("the old one", File.ReadAllText(output));
        Assert.Empty(command.Output);
    }

    private string Folder(string module)
    {
        Directory.CreateDirectory(folder["damaged"]);
        File.WriteAllBytes(folder["damaged/" + module], File.ReadAllBytes(livepatch["good.ko"])[..3000]);
        return folder["damaged"];
    }
}
