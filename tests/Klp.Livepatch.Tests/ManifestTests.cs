using System.Text.Json;
using System.Text.RegularExpressions;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Manifest;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>What a manifest says of a livepatch, compared with what other tools say of the files.</summary>
[Trait("Needs", "kernel")]
public partial class ManifestTests(ManifestTests.Modules modules) : IClassFixture<ManifestTests.Modules>
{
    [Fact]
    public void It_names_the_files_it_is_about()
    {
        using TempFolder folder = new();
        string module = folder.Write("several.ko", DemoConversion.Convert(modules["several"]));
        string database = folder.Write("symbols.klp", "klp-convert-symbol-data.0.1\n*vmlinux\n");
        JsonElement manifest = Manifest(module, database);
        Assert.Equal("several", manifest.GetProperty("module").GetString());
        Assert.Equal(Tool.Run("sha256sum", module).Output.Split(' ')[0], manifest.GetProperty("sha256").GetString());
        JsonElement kernel = manifest.GetProperty("kernel");
        Assert.Equal(Tool.Run("sha256sum", database).Output.Split(' ')[0], kernel.GetProperty("symbolsSha256").GetString());
        Assert.Equal(BuildIdLine().Match(Tool.Run("readelf", "-nW", DemoTree.Vmlinux).Output).Groups[1].Value, kernel.GetProperty("buildId").GetString());
        Assert.Equal((DemoTree.Tree.Release, "arm64"), (kernel.GetProperty("release").GetString(), kernel.GetProperty("architecture").GetString()));
    }

    [Fact]
    public void It_names_the_patched_functions_by_object()
    {
        JsonElement manifest = Manifest("several");
        Assert.Equal(
            ["vmlinux: cmdline_proc_show,0 by new_show", "zram: initstate_show,0 by new_initstate", "dm_mod: dm_table_find_target,0 by new_target"],
            from patched in manifest.GetProperty("patches").EnumerateArray()
            from function in patched.GetProperty("functions").EnumerateArray()
            select $"{patched.GetProperty("name")}: {function.GetProperty("oldName")},{function.GetProperty("sympos")} by {function.GetProperty("newName")}");
    }

    [Fact]
    public void Patched_modules_may_be_loaded_before_or_after()
    {
        JsonElement manifest = Manifest("several");
        Assert.Empty(Names(manifest.GetProperty("loadBefore")));
        Assert.Equal(["zram", "dm_mod"], Names(manifest.GetProperty("loadBeforeOrAfter")));
        Assert.All(manifest.GetProperty("patches").EnumerateArray(), patched => Assert.Empty(Names(patched.GetProperty("needs"))));
    }

    [Fact]
    public void A_module_whose_exports_are_imported_must_be_loaded_before()
    {
        JsonElement manifest = Manifest("imports");
        Assert.Equal(["zsmalloc"], Names(manifest.GetProperty("loadBefore")));
        Assert.Equal(["dm_mod"], Names(manifest.GetProperty("loadBeforeOrAfter")));
    }

    [Fact]
    public void A_module_whose_static_symbols_the_patch_of_the_kernel_uses_must_be_loaded_before()
    {
        JsonElement manifest = Manifest("early");
        Assert.Equal(["zram"], Names(manifest.GetProperty("loadBefore")));
        Assert.Empty(Names(manifest.GetProperty("loadBeforeOrAfter")));
    }

    [Fact]
    public void A_module_whose_static_symbols_the_patch_of_another_uses_must_be_there_by_then()
    {
        JsonElement manifest = Manifest("needs");
        Assert.Empty(Names(manifest.GetProperty("loadBefore")));
        Assert.Equal(["zsmalloc"], Names(manifest.GetProperty("patches")[0].GetProperty("needs")));
    }

    [Fact]
    public void The_source_version_of_a_patched_module_is_modinfos()
    {
        using FakeTree tree = new();
        ElfObject zram = ElfObject.Open(DemoTree.Module("zram"));
        ElfDataSection info = (ElfDataSection)zram.FindSection(".modinfo")!;
        info.SetContents([.. info.Contents, .. "srcversion=0123456789ABCDEF\0"u8]);
        string path = tree.Write(Path.GetRelativePath(DemoTree.Path, DemoTree.Module("zram")), zram.ToArray());
        Assert.Equal("0123456789ABCDEF", Tool.Run("modinfo", "-F", "srcversion", path).Output.Trim());

        LivepatchManifest manifest = Create(DemoConversion.Convert(modules["several"]), "several.ko", DemoTree.Open(tree.Path));
        Assert.Equal([null, "0123456789ABCDEF", null], manifest.Patches.Select(patched => patched.SrcVersion));
    }

    [Fact]
    public void The_same_module_gives_the_same_text() =>
        Assert.Equal(Create("several").ToJson(), Create("several").ToJson());

    private JsonElement Manifest(string module) => JsonDocument.Parse(Create(module).ToJson()).RootElement;

    private LivepatchManifest Create(string module)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Assert.DoesNotContain(plan.Diagnostics, diagnostic => diagnostic.Severity != DiagnosticSeverity.Info);
        return Create(ConversionApplier.Apply(plan), $"{module}.ko", DemoTree.Tree);
    }

    private static LivepatchManifest Create(byte[] file, string name, KernelTree tree, string? database = null) =>
        LivepatchManifest.Create(LivepatchModule.Of(ElfObject.Read(file, name), tree), file, tree, database);

    private static JsonElement Manifest(string path, string database) =>
        JsonDocument.Parse(Create(File.ReadAllBytes(path), path, DemoTree.Tree, database).ToJson()).RootElement;

    private static IEnumerable<string?> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString());

    [GeneratedRegex("Build ID: ([0-9a-f]+)")]
    private static partial Regex BuildIdLine();

    public sealed class Modules() : KbuildModules(
        new KbuildModule("several", """
            extern unsigned int num_devices;
            static int new_show(struct seq_file *m, void *v) { return 0; }
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            static int new_target(int x) { return x; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)), IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_target)));
            """),
        new KbuildModule("imports", """
            extern unsigned long zs_get_total_pages(void *pool);
            static int new_target(int x) { return zs_get_total_pages(NULL); }
            PATCH(IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_target)));
            """),
        new KbuildModule("early", """
            extern unsigned int num_devices KLP_RELOC_SYMBOL(vmlinux, zram, num_devices);
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(num_devices); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("needs", """
            extern void *zspage_cachep;
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(zspage_cachep) == NULL; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """));
}
