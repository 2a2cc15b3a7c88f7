using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Patching.Tests.Units;

[Trait("Needs", "kernel")]
public class UnitIndexTests
{
    [Fact]
    public void A_source_is_in_the_object_that_is_made_from_it()
    {
        UnitSelection selection = DemoUnits.Index.Find(["fs/proc/version.c"]);

        KernelUnit unit = Assert.Single(selection.Units);
        Assert.Equal("fs/proc/version.o", unit.Object);
        Assert.Equal("fs/proc/version.c", unit.Source);
        Assert.Equal("vmlinux", unit.ObjectName);
        Assert.True(unit.IsPatchable);
        Assert.Empty(selection.Unused);
    }

    [Theory]
    [InlineData("drivers/md/dm-table.c", "drivers/md/dm-table.o", "dm_mod")]
    [InlineData("mm/zsmalloc.c", "mm/zsmalloc.o", "zsmalloc")]
    public void An_object_of_a_module_has_the_name_that_the_kernel_knows_the_module_by(string path, string name, string module)
    {
        KernelUnit unit = Assert.Single(DemoUnits.Index.Find([path]).Units);
        Assert.Equal((name, module), (unit.Object, unit.ObjectName));
    }

    [Fact]
    public void A_source_that_others_include_is_in_their_objects()
    {
        Assert.Equal(["kernel/sched/fair.o"], DemoUnits.Index.Find(["kernel/sched/fair.c"]).Units.Select(unit => unit.Object));
        Assert.Equal(["kernel/sched/build_policy.o"], DemoUnits.Index.Find(["kernel/sched/rt.c"]).Units.Select(unit => unit.Object));
    }

    [Fact]
    public void Objects_of_a_header_are_those_whose_records_name_it()
    {
        // grep is the oracle: what the lists are is not ours.
        string header = "fs/proc/internal.h";
        string[] records = [.. Directory.EnumerateFiles(Path.Combine(DemoKernelTree.Path, "fs"), ".*.o.cmd", SearchOption.AllDirectories)];
        string[] expected = [.. Tool.Run("grep", ["-l", $"/{header} ", .. records]).Lines
            .Select(path => Path.GetRelativePath(DemoKernelTree.Path, path).Replace("/.", "/", StringComparison.Ordinal).Replace(".cmd", "", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

        Assert.True(expected.Length > 10);
        Assert.Equal(expected, DemoUnits.Index.Find([header]).Units.Select(unit => unit.Object));
    }

    [Theory]
    // Generated; a file in the source's own folder comes first.
    [InlineData("arch/arm64/include/asm/local64.h", "/generated/asm/local64.h")]
    // #include "internal.h": the compiler looks beside the includer first.
    [InlineData("fs/proc/internal.h", "fs/proc/internal.h")]
    public void A_file_that_would_be_found_in_place_of_another_is_in_the_objects_of_that_one(string created, string found)
    {
        string[] records = [.. Directory.EnumerateFiles(Path.Combine(DemoKernelTree.Path, "fs"), ".*.o.cmd", SearchOption.AllDirectories)];
        string[] expected = [.. Tool.Run("grep", ["-l", $"{found} ", .. records]).Lines
            .Select(path => Path.GetRelativePath(DemoKernelTree.Path, path).Replace("/.", "/", StringComparison.Ordinal).Replace(".cmd", "", StringComparison.Ordinal))];

        UnitSelection selection = DemoUnits.Index.Find([], [created]);

        Assert.NotEmpty(expected);
        Assert.Subset(selection.Units.Select(unit => unit.Object).ToHashSet(), expected.ToHashSet());
        Assert.All(selection.Units, unit => Assert.Equal([created], unit.Touched));
    }

    [Fact]
    public void A_new_file_whose_name_another_folder_has_is_in_no_object_that_cannot_find_it()
    {
        // include/linux has a file of this name; nothing is compiled with this folder on its path.
        UnitSelection selection = DemoUnits.Index.Find([], ["drivers/staging/klp/sched.h"]);
        Assert.Empty(selection.Units);
        Assert.Empty(selection.Unused);
    }

    [Theory]
    [InlineData("arch/arm64/kernel/pi/map_kernel.c", "before the kernel is mapped")]
    [InlineData("scripts/mod/modpost.c", "a program of the build itself")]
    [InlineData("lib/crc/gen_crc32table.c", "the programs that the build runs")]
    public void What_is_in_neither_vmlinux_nor_a_module_is_told_by_name(string path, string image)
    {
        KernelUnit unit = Assert.Single(DemoUnits.Index.Find([path]).Units);
        Assert.Equal("", unit.ObjectName);
        Assert.Contains(image, unit.Image, StringComparison.Ordinal);
        Assert.False(unit.IsPatchable);
    }

    [Fact]
    public void A_file_that_no_object_is_made_from_is_unused()
    {
        UnitSelection selection = DemoUnits.Index.Find(["fs/aio.c", "fs/proc/version.c"]);
        Assert.Equal(["fs/aio.c"], selection.Unused);
        Assert.Single(selection.Units);
    }

    [Fact]
    public void An_index_from_the_cache_is_the_same_and_reads_no_record_again()
    {
        using TempFolder folder = new();
        UnitIndex first = UnitIndex.Read(DemoUnits.Source, folder["index"], new DiagnosticBag(), CancellationToken.None)!;
        DateTime written = File.GetLastWriteTimeUtc(folder["index"]);
        UnitIndex second = UnitIndex.Read(DemoUnits.Source, folder["index"], new DiagnosticBag(), CancellationToken.None)!;

        Assert.Equal(Names(first), Names(second));
        // It is written anew where a record had to be read.
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["index"]));

        static IEnumerable<string> Names(UnitIndex index) => index.Find(["fs/proc/internal.h", "include/linux/sched.h"]).Units.Select(unit => unit.Object);
    }

    [Fact]
    public void Members_of_vmlinux_are_those_that_ar_lists()
    {
        string archive = Path.Combine(DemoKernelTree.Path, "vmlinux.a");
        IEnumerable<string> expected = Tool.Run(Tool.Arm64 + "ar", "t", archive).Lines.Select(line => line.Replace(DemoKernelTree.Path + "/", "", StringComparison.Ordinal));

        Assert.Equal(expected, ThinArchive.ReadMembers(File.ReadAllBytes(archive)));
    }

    [Fact]
    public void A_file_of_an_option_that_is_not_set_is_told_with_it()
    {
        OverlaidFile unused = DemoUnits.Change("fs/aio.c", text => text);
        DiagnosticBag alone = new(), among = new();
        KernelConfig config = KernelConfig.Read(Path.Combine(DemoKernelTree.Path, ".config"));

        UnusedFiles.Report(DemoUnits.Index.Find(["fs/aio.c"]), [unused], DemoUnits.Source, config, alone);
        UnusedFiles.Report(DemoUnits.Index.Find(["fs/aio.c", "fs/exec.c"]), [unused], DemoUnits.Source, config, among);

        Diagnostic error = Assert.Single(alone);
        Assert.Equal((DiagnosticCodes.FileInNoObject.Code, DiagnosticSeverity.Error), (error.Code, error.Severity));
        Assert.StartsWith(
            "fs/aio.c is not in this kernel. fs/Makefile builds it with CONFIG_AIO, which is not set,", error.Message, StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(among).Severity);
    }

    [Theory]
    [InlineData("drivers/net/ethernet/intel/e1000e/netdev.c", "E1000E")]
    [InlineData("fs/btrfs/super.c", "BTRFS_FS")]
    [InlineData("fs/ext4/acl.c", "EXT4_FS")]
    [InlineData("net/ipv4/tcp.c", "NET")]
    public void The_option_may_be_of_a_composite_object_or_of_a_folder(string path, string option)
    {
        OverlaidFile unused = DemoUnits.Change(path, text => text);
        DiagnosticBag diagnostics = new();
        KernelConfig config = KernelConfig.Read(Path.Combine(DemoKernelTree.Path, ".config"));

        UnusedFiles.Report(DemoUnits.Index.Find([path]), [unused], DemoUnits.Source, config, diagnostics);

        Assert.Contains(option, Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_cache_is_read_as_none()
    {
        using TempFolder folder = new();
        UnitIndex.Read(DemoUnits.Source, folder["index"], new DiagnosticBag(), CancellationToken.None);
        byte[] bytes = File.ReadAllBytes(folder["index"]);
        folder.Write("index", bytes[..(bytes.Length / 2)]);

        UnitIndex index = UnitIndex.Read(DemoUnits.Source, folder["index"], new DiagnosticBag(), CancellationToken.None)!;

        Assert.Single(index.Find(["fs/proc/version.c"]).Units);
    }
}
