using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Converted modules as readelf, modinfo, strip and objcopy see them.</summary>
[Trait("Needs", "kernel")]
public sealed class ApplierTests : IClassFixture<ApplierTests.Modules>, IDisposable
{
    private const string None = "R_AARCH64_NONE";

    private readonly TempFolder folder = new();
    private readonly Modules modules;

    public ApplierTests(Modules modules) => this.modules = modules;

    [Fact]
    public void There_is_a_livepatch_section_for_each_patched_object_and_target_section() =>
        Assert.Equal(
            [
                ".klp.rela.vmlinux..data",
                ".klp.rela.vmlinux..init.text",
                ".klp.rela.vmlinux..rodata",
                ".klp.rela.vmlinux..text",
                ".klp.rela.vmlinux.__jump_table",
                ".klp.rela.zram..data",
                ".klp.rela.zram..text",
            ],
            Readelf.Sections(Convert("rich")).Select(section => section.Name).Where(IsLivepatch).Order(StringComparer.Ordinal));

    [Fact]
    public void A_livepatch_section_has_the_form_that_the_kernel_reads()
    {
        IReadOnlyList<ReadelfSection> sections = Readelf.Sections(Convert("rich"));
        foreach (ReadelfSection section in sections.Where(section => IsLivepatch(section.Name)))
        {
            Assert.Equal(("RELA", 0x100042ul, 24, 8), (section.Type, section.Flags, section.EntrySize, section.Alignment));
            Assert.Equal(".symtab", sections[section.Link].Name);
            // .klp.rela.<object>.<section>: the section keeps its own dot.
            Assert.Equal(string.Join('.', section.Name.Split('.')[4..]), sections[section.Info].Name);
        }
    }

    [Fact]
    public void A_livepatch_symbol_has_the_form_that_the_kernel_reads()
    {
        ReadelfSymbol[] symbols = [.. Readelf.Symbols(Convert("rich")).Where(symbol => symbol.Index == ReadelfSymbol.Livepatch)];
        Assert.All(symbols, symbol => Assert.Equal(0ul, symbol.Value));
        Assert.Equal(
            [
                ".klp.sym.vmlinux.loadavg_proc_show,0",
                ".klp.sym.vmlinux.reserved_mem_count,1",
                ".klp.sym.vmlinux.reserved_mem_count,2",
                ".klp.sym.vmlinux.show_val_kb,0",
                ".klp.sym.vmlinux.totalreserve_pages,0",
                ".klp.sym.vmlinux.trace_marker_exports_enabled,0",
                ".klp.sym.vmlinux.version_proc_show,0",
                ".klp.sym.zram.num_devices,0",
            ],
            symbols.Select(symbol => symbol.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    [InlineData("patched_exports")]
    public void Symbols_keep_their_order_and_all_but_livepatch_symbols_their_names_and_values(string module)
    {
        string converted = Convert(module);
        IReadOnlyList<string> sectionsBefore = [.. Readelf.Sections(modules[module]).Select(section => section.Name)];
        IReadOnlyList<string> sectionsAfter = [.. Readelf.Sections(converted).Select(section => section.Name)];
        string[] gone = ["relocs", "more_relocs", "init_once"];
        ReadelfSymbol[] before = [.. Readelf.Symbols(modules[module]).Where(symbol => !gone.Contains(symbol.Name) && !IsAnnotation(SectionOf(symbol, sectionsBefore)))];
        IReadOnlyList<ReadelfSymbol> after = Readelf.Symbols(converted);
        Assert.Equal(before.Length, after.Count);
        for (int i = 0; i < before.Length; i++)
        {
            if (after[i].Index == ReadelfSymbol.Livepatch)
                Assert.Equal(before[i], after[i] with { Index = "UND", Name = before[i].Name });
            else
                Assert.Equal(before[i] with { Index = SectionOf(before[i], sectionsBefore) }, after[i] with { Index = SectionOf(after[i], sectionsAfter) });
        }
    }

    [Fact]
    public void Livepatch_symbols_keep_their_indices()
    {
        string converted = Convert("rich");
        Assert.Equal(
            Readelf.Symbols(modules["rich"]).Index().Where(pair => pair.Item.Name == "show_val_kb").Select(pair => pair.Index),
            Readelf.Symbols(converted).Index().Where(pair => pair.Item.Name == ".klp.sym.vmlinux.show_val_kb,0").Select(pair => pair.Index));
    }

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    [InlineData("patched_exports")]
    public void A_moved_relocation_is_the_same_in_its_livepatch_section_and_leaves_one_that_does_nothing(string module)
    {
        ReadelfRelocation[] before = [.. Readelf.Relocations(modules[module]).Where(relocation => !IsAnnotation(relocation.Section[".rela".Length..]))];
        IReadOnlyList<ReadelfRelocation> after = Readelf.Relocations(Convert(module));
        ReadelfRelocation[] ordinary = [.. after.Where(relocation => !IsLivepatch(relocation.Section))];
        List<ReadelfRelocation> moved = [.. after.Where(relocation => IsLivepatch(relocation.Section))];
        Assert.NotEmpty(moved);
        Assert.Equal(before.Length, ordinary.Length);
        foreach ((ReadelfRelocation was, ReadelfRelocation now) in before.Zip(ordinary))
        {
            Assert.Equal((was.Section, was.Offset), (now.Section, now.Offset));
            if (now.Type != None)
            {
                Assert.Equal(was, now);
                continue;
            }

            Assert.Equal(("", "0"), (now.Symbol, now.Addend));
            // Debug information about annotations has nothing to point to any more.
            if (was.Section.StartsWith(".rela.debug", StringComparison.Ordinal))
                continue;
            ReadelfRelocation there = moved.Single(relocation => relocation.Offset == was.Offset && relocation.Section.EndsWith("." + was.Section[".rela".Length..], StringComparison.Ordinal));
            Assert.Equal((was.Type, was.Addend), (there.Type, there.Addend));
            // A declaration's name ends with the symbol and its position.
            string name = was.Symbol.StartsWith(".klp.sym.rela.", StringComparison.Ordinal) ? was.Symbol.Split('.')[^2] : was.Symbol;
            Assert.Contains($".{name},", there.Symbol, StringComparison.Ordinal);
            moved.Remove(there);
        }

        Assert.Empty(moved);
    }

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    [InlineData("patched_exports")]
    public void Sections_keep_their_order_and_their_bytes(string module)
    {
        string converted = Convert(module);
        byte[] bytesBefore = File.ReadAllBytes(modules[module]);
        byte[] bytesAfter = File.ReadAllBytes(converted);
        ReadelfSection[] before = [.. Readelf.Sections(modules[module]).Where(section => !IsAnnotation(section.Name) && !IsAnnotation(section.Name.Replace(".rela", "", StringComparison.Ordinal)))];
        IReadOnlyList<ReadelfSection> after = Readelf.Sections(converted);
        Assert.Equal(before.Select(section => section.Name), after.Take(before.Length).Select(section => section.Name));
        Assert.All(after.Skip(before.Length), section => Assert.True(IsLivepatch(section.Name), section.Name));
        foreach ((ReadelfSection was, ReadelfSection now) in before.Zip(after))
        {
            Assert.Equal((was.Type, was.Flags, was.Alignment, was.EntrySize), (now.Type, now.Flags, now.Alignment, now.EntrySize));
            // Those hold names, indices and what moves; modinfo's "depends" has its own test.
            if (was.Type is not ("SYMTAB" or "STRTAB" or "RELA") && was.Name != ".modinfo")
                Assert.Equal(Readelf.Contents(bytesBefore, was), Readelf.Contents(bytesAfter, now));
        }
    }

    [Fact]
    public void Annotations_leave_no_section_no_symbol_and_no_relocation()
    {
        string before = modules["annotated"];
        Assert.Contains(Readelf.Sections(before), section => section.Name == ".klp.module_relocs.vmlinux");
        Assert.Contains(Readelf.Relocations(before), relocation => relocation.Section.StartsWith(".rela.debug", StringComparison.Ordinal) && relocation.Symbol == "relocs");
        Assert.Contains(Readelf.Relocations(before), relocation => relocation.Section.StartsWith(".rela.debug", StringComparison.Ordinal) && relocation.Symbol == ".klp.module_relocs.zram");

        string converted = Convert("annotated");
        Assert.DoesNotContain(Readelf.Sections(converted), section => section.Name.Contains(".klp.module_relocs.", StringComparison.Ordinal));
        Assert.DoesNotContain(Readelf.Symbols(converted), symbol => symbol.Name is "relocs" or "more_relocs" or "init_once" || symbol.Name.Contains("klp.module_relocs", StringComparison.Ordinal) || symbol.Name.StartsWith(".klp.sym.rela.", StringComparison.Ordinal));
        Assert.DoesNotContain(Readelf.Relocations(converted), relocation => relocation.Symbol.Contains("relocs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    [InlineData("patched_exports")]
    public void Readelf_has_nothing_to_complain_about(string module) => Readelf.AssertAccepts(Convert(module));

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    public void The_same_module_gives_the_same_bytes(string module) =>
        Assert.Equal(File.ReadAllBytes(Convert(module)), ConversionApplier.Apply(DemoConversion.Plan(modules[module])));

    [Theory]
    [InlineData("rich")]
    [InlineData("annotated")]
    public void Modinfo_stays_as_it_is(string module)
    {
        string converted = Convert(module);
        Assert.Equal("Y", Tool.Run("modinfo", "-F", "livepatch", converted).Output.Trim());
        Assert.Equal(Tool.Run("modinfo", modules[module]).Lines[1..], Tool.Run("modinfo", converted).Lines[1..]);
    }

    [Theory]
    [InlineData("patched_exports", "zsmalloc", "")]
    [InlineData("two_dependencies", "zsmalloc,lzo_compress", "lzo_compress")]
    public void Modinfo_names_a_patched_module_as_a_dependency_no_more(string module, string before, string after)
    {
        string converted = Convert(module);
        Assert.Equal(before, Tool.Run("modinfo", "-F", "depends", modules[module]).Output.Trim());
        Assert.Equal(after, Tool.Run("modinfo", "-F", "depends", converted).Output.Trim());
        Assert.Equal(Others(modules[module]), Others(converted));

        static IEnumerable<string> Others(string path) => Tool.Run("modinfo", path).Lines.Skip(1).Where(line => !line.StartsWith("depends:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rich", "strip", "--strip-debug")]
    [InlineData("annotated", "strip", "--strip-debug")]
    [InlineData("patched_exports", "strip", "--strip-debug")]
    [InlineData("rich", "objcopy", "--add-section=.extra=")]
    [InlineData("annotated", "objcopy", "--add-section=.extra=")]
    [InlineData("rich", "objcopy", "--remove-section=.comment")]
    public void Tools_that_renumber_keep_what_livepatch_relocations_mean(string module, string tool, string option)
    {
        string converted = Convert(module);
        if (option.EndsWith('='))
            option += folder.Write("extra", "something");
        File.Copy(converted, folder["after.ko"]);
        Assert.Equal("", Tool.Run(Tool.Arm64 + tool, option, folder["after.ko"]).Errors);
        Readelf.AssertAccepts(folder["after.ko"]);

        Assert.Equal(
            Readelf.Relocations(converted).Where(relocation => IsLivepatch(relocation.Section)),
            Readelf.Relocations(folder["after.ko"]).Where(relocation => IsLivepatch(relocation.Section)));
        Assert.Equal(LivepatchSections(converted), LivepatchSections(folder["after.ko"]));
        Assert.Equal(LivepatchSymbols(converted), LivepatchSymbols(folder["after.ko"]));

        // binutils drop SHF_INFO_LINK, which the kernel does not ask for.
        static IEnumerable<string> LivepatchSections(string path)
        {
            const ulong infoLink = 0x40;
            IReadOnlyList<ReadelfSection> sections = Readelf.Sections(path);
            return sections.Where(section => IsLivepatch(section.Name)).Select(section => $"{section.Name} {section.Type} {section.Flags & ~infoLink:x} {section.EntrySize} {sections[section.Link].Name} {sections[section.Info].Name}");
        }

        static IEnumerable<ReadelfSymbol> LivepatchSymbols(string path) => Readelf.Symbols(path).Where(symbol => symbol.Index == ReadelfSymbol.Livepatch);
    }

    [Fact]
    public void No_relocation_section_becomes_empty_for_strip_to_stumble_over()
    {
        IReadOnlyList<ReadelfSection> sections = Readelf.Sections(Convert("rich"));
        Assert.DoesNotContain(sections, section => section.Type == "RELA" && section.Size == 0);
        // All of .rela.rodata has moved.
        Assert.All(Readelf.Relocations(Convert("only_rodata")).Where(relocation => relocation.Section == ".rela.rodata"), relocation => Assert.Equal(None, relocation.Type));
    }

    [Fact]
    public void A_module_without_anything_to_convert_stays_as_it_is() =>
        Assert.Equal(File.ReadAllBytes(modules["nothing"]), File.ReadAllBytes(Convert("nothing")));

    public void Dispose() => folder.Dispose();

    private string Convert(string module)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Assert.False(plan.Diagnostics.HasErrors, string.Join('\n', plan.Diagnostics));
        return folder.Write($"{module}.ko", Expect.SecondReaderAgrees(plan, ConversionApplier.Apply(plan)));
    }

    private static bool IsLivepatch(string section) => section.StartsWith(".klp.rela.", StringComparison.Ordinal);

    private static bool IsAnnotation(string section) => section.StartsWith(".klp.module_relocs.", StringComparison.Ordinal);

    private static string SectionOf(ReadelfSymbol symbol, IReadOnlyList<string> sections) =>
        int.TryParse(symbol.Index, out int index) ? sections[index] : symbol.Index;

    private const string Rich = """
        extern int first KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 1);
        extern int second KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 2);
        extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
        extern unsigned long totalreserve_pages;
        extern unsigned int num_devices KLP_RELOC_SYMBOL(zram, zram, num_devices);
        extern int version_proc_show(struct seq_file *m, void *v), loadavg_proc_show(struct seq_file *m, void *v);
        extern struct static_key_false trace_marker_exports_enabled;

        static int (*const shows[2])(struct seq_file *m, void *v) = { version_proc_show };
        static unsigned long *numbers[2] = { &totalreserve_pages };
        static unsigned int *devices[2] = { &num_devices };

        static int new_show(struct seq_file *m, void *v)
        {
        	unsigned long *number = xchg(&numbers[m->index & 1], NULL);

        	show_val_kb(m, "", READ_ONCE(first) + READ_ONCE(second) + *number);
        	if (static_branch_unlikely(&trace_marker_exports_enabled))
        		show_val_kb(m, "", totalreserve_pages);
        	return shows[m->count & 1](m, v);
        }
        static ssize_t new_initstate(void *dev, void *attr, char *buf)
        {
        	unsigned int *device = xchg(&devices[buf[0] & 1], NULL);

        	return *device + READ_ONCE(num_devices);
        }
        static int __init early(void) { return loadavg_proc_show(NULL, NULL); }
        #undef module_init
        #define module_init(start) int __init init_module(void) { return early() ?: start(); }
        PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
        """;

    public sealed class Modules() : KbuildModules(
        new KbuildModule("rich", Rich),
        new KbuildModule("annotated", """
            extern int reserved_mem_count;
            extern void init_once(void *);
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            extern unsigned int num_devices;
            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 2), KLP_SYMPOS(init_once, 1) };
            static struct KLP_MODULE_RELOC(zram) more_relocs[] = { KLP_SYMPOS(num_devices, 0) };
            static int new_show(struct seq_file *m, void *v)
            {
            	show_val_kb(m, "", READ_ONCE(reserved_mem_count));
            	return 0;
            }
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """) { Options = "-g" },
        new KbuildModule("patched_exports", """
            extern unsigned long zs_get_total_pages(void *pool);
            static unsigned long new_compact(void *pool) { return zs_get_total_pages(pool); }
            PATCH(IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """),
        new KbuildModule("two_dependencies", """
            extern unsigned long zs_get_total_pages(void *pool);
            extern int lzo1x_1_compress(void *in);
            static unsigned long new_compact(void *pool) { return zs_get_total_pages(pool) + lzo1x_1_compress(pool); }
            PATCH(IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """),
        new KbuildModule("only_rodata", """
            extern int version_proc_show(struct seq_file *m, void *v), loadavg_proc_show(struct seq_file *m, void *v);
            static int (*const shows[])(struct seq_file *m, void *v) = { version_proc_show, loadavg_proc_show };
            static int new_show(struct seq_file *m, void *v) { return shows[m->index & 1](m, v); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("nothing", """
            static int new_show(struct seq_file *m, void *v) { return m->index; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """));
}
