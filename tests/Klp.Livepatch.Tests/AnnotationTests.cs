using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class AnnotationTests(AnnotationTests.Modules modules) : IClassFixture<AnnotationTests.Modules>
{
    private const string Table = ".klp.module_relocs.vmlinux";

    [Theory]
    [InlineData("ambiguous_function", "init_once")]
    [InlineData("ambiguous_data", "reserved_mem_count")]
    [InlineData("ambiguous_declared", "reserved_mem_count")]
    [InlineData("ambiguous_entry", "reserved_mem_count")]
    public void An_ambiguous_symbol_is_an_error_with_every_candidates_position_size_address_and_file(string module, string name)
    {
        Diagnostic error = Expect.Error("KLP3002", DemoConversion.Plan(modules[module]).Diagnostics);
        Assert.Equal((modules.Source($"{module}.c"), modules.LineOf($"{module}.c", "the use")), (error.Place!.File, error.Place.Line));
        string[] lines = error.Message.Split('\n');
        string[] candidates = CandidatesInReadelf(name);
        Assert.Equal($"'{name}', used by new_show(), is ambiguous: there are {candidates.Length} symbols of that name. Candidates:", lines[0]);
        Assert.Equal(candidates, lines[1..(1 + candidates.Length)].Select(WithoutFolders));
    }

    [Fact]
    public void An_ambiguous_symbol_of_a_module_is_an_error_with_every_position()
    {
        string[] candidates = CandidatesInReadelf("__func__.0", "dm_mod");
        Assert.True(candidates.Length > 1);
        string[] lines = Expect.Error("KLP3002", DemoConversion.Plan(modules["ambiguous_in_module"]).Diagnostics).Message.Split('\n');
        Assert.Equal(candidates, lines[1..(1 + candidates.Length)].Select(WithoutFolders));
    }

    [Fact]
    public void Of_very_many_candidates_the_rest_is_counted()
    {
        string message = Expect.Error("KLP3002", DemoConversion.Plan(modules["ambiguous_label"]).Diagnostics).Message;
        int inVmlinux = CandidatesInReadelf("__func__.0").Length;
        int inModules = DemoTree.Tree.ModulePaths.Sum(path => CandidatesInReadelf("__func__.0", ModuleName.FromPath(path)).Length);
        Assert.Contains($"\n    ... and {inVmlinux - 50} more in vmlinux\n    ... and {inModules} more in other modules\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_annotation_to_paste_compiles_and_converts()
    {
        string table = Pasted("ambiguous_data");
        string declaration = Pasted("ambiguous_declared");
        string ofModule = Pasted("ambiguous_in_module");
        string label = Pasted("ambiguous_label");
        using KbuildModules mended = new(
            new KbuildModule("with_table", AmbiguousData("") + "\n" + table),
            new KbuildModule("with_declaration", AmbiguousData(declaration)),
            new KbuildModule("of_module", AmbiguousName(ofModule)),
            new KbuildModule("with_label", AmbiguousName(label)));
        DemoConversion.Plan(mended["with_table"]).AssertConverts("reserved_mem_count", "vmlinux:reserved_mem_count,1", ".klp.rela.vmlinux..text");
        DemoConversion.Plan(mended["with_declaration"]).AssertConverts(".klp.sym.rela.vmlinux.vmlinux.reserved_mem_count.1", "vmlinux:reserved_mem_count,1", ".klp.rela.vmlinux..text");
        DemoConversion.Plan(mended["of_module"]).AssertConverts(".klp.sym.rela.dm_mod.dm_mod.__func__.0.1", "dm_mod:__func__.0,1", ".klp.rela.dm_mod..text");
        DemoConversion.Plan(mended["with_label"]).AssertConverts(".klp.sym.rela.vmlinux.vmlinux.__func__.0.1", "vmlinux:__func__.0,1", ".klp.rela.vmlinux..text");
        foreach (string module in (string[])["with_table", "with_declaration", "of_module", "with_label"])
            Expect.Nothing(DemoConversion.Plan(mended[module]).Diagnostics);
    }

    [Theory]
    [InlineData("table", "reserved_mem_count", "vmlinux:reserved_mem_count,2")]
    [InlineData("table", "init_once", "vmlinux:init_once,5")]
    [InlineData("table", "show_val_kb", "vmlinux:show_val_kb")]
    [InlineData("table", "zs_pool_stats", "zsmalloc:zs_pool_stats")]
    [InlineData("declared", ".klp.sym.rela.vmlinux.vmlinux.reserved_mem_count.2", "vmlinux:reserved_mem_count,2")]
    [InlineData("declared", ".klp.sym.rela.vmlinux.vmlinux.show_val_kb.0", "vmlinux:show_val_kb")]
    [InlineData("declared", ".klp.sym.rela.vmlinux.vmlinux.feature_matches.isra.0.0", "vmlinux:feature_matches.isra.0")]
    [InlineData("with_commas", ".klp.sym.rela.vmlinux.vmlinux.reserved_mem_count,2", "vmlinux:reserved_mem_count,2")]
    [InlineData("with_commas", ".klp.sym.rela.vmlinux.vmlinux.show_val_kb,0", "vmlinux:show_val_kb")]
    [InlineData("with_commas", ".klp.sym.rela.vmlinux.vmlinux.feature_matches.isra.0,0", "vmlinux:feature_matches.isra.0")]
    public void Every_dialect_says_which_symbol_is_meant(string module, string name, string target)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[module]);
        Assert.False(plan.Diagnostics.HasErrors, string.Join('\n', plan.Diagnostics));
        plan.AssertConverts(name, target, ".klp.rela.vmlinux..text");
    }

    [Theory]
    [InlineData("declared", 3)]
    [InlineData("two_positions", 2)]
    public void The_headers_names_are_such_as_every_assembler_takes_without_quotes(string module, int count)
    {
        string[] names = [.. Readelf.Symbols(modules[module]).Select(symbol => symbol.Name).Where(name => name.StartsWith(".klp.sym.rela.", StringComparison.Ordinal))];
        Assert.Equal(count, names.Length);
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9_.]+$", name));
    }

    [Fact]
    public void A_declaration_can_give_two_symbols_of_one_name_names_of_their_own()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["two_positions"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts(".klp.sym.rela.vmlinux.vmlinux.reserved_mem_count.1", "vmlinux:reserved_mem_count,1", ".klp.rela.vmlinux..text");
        plan.AssertConverts(".klp.sym.rela.vmlinux.vmlinux.reserved_mem_count.2", "vmlinux:reserved_mem_count,2", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void An_annotation_without_a_use_is_a_warning_and_leaves_no_symbol()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["unused"]);
        Assert.Contains("'init_once'", Expect.Warning("KLP3007", plan.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Equal(SymbolDecisionKind.Remove, plan.Decision("init_once").Kind);
    }

    [Fact]
    public void Annotations_that_contradict_each_other_are_an_error()
    {
        string message = Expect.Error("KLP3006", DemoConversion.Plan(modules["conflicting"]).Diagnostics).Message;
        Assert.Contains("vmlinux:reserved_mem_count,1", message, StringComparison.Ordinal);
        Assert.Contains("vmlinux:reserved_mem_count,2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_of_two_objects_that_contradict_each_other_are_an_error() =>
        Assert.Contains("zram:huge_class_size", Expect.Error("KLP3006", DemoConversion.Plan(modules["conflicting_objects"]).Diagnostics).Message, StringComparison.Ordinal);

    [Fact]
    public void Annotations_that_say_the_same_twice_are_one()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["repeated"]);
        Expect.Nothing(plan.Diagnostics);
        plan.AssertConverts("reserved_mem_count", "vmlinux:reserved_mem_count,2", ".klp.rela.vmlinux..text");
    }

    [Theory]
    [InlineData("table_out_of_range")]
    [InlineData("declared_out_of_range")]
    public void A_position_above_the_number_of_symbols_is_an_error_with_the_candidates(string module)
    {
        string message = Expect.Error("KLP3004", DemoConversion.Plan(modules[module]).Diagnostics).Message;
        Assert.Contains("position 3, but vmlinux has 2", message, StringComparison.Ordinal);
        Assert.DoesNotContain("byte order", message, StringComparison.Ordinal);
        Assert.EndsWith(string.Join('\n', CandidatesInReadelf("reserved_mem_count")), WithoutFolders(message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no_such_object", "zcomp, which is not an object of this kernel (a module built outside the tree")]
    [InlineData("not_in_object", "zram, which has no symbol of that name (but vmlinux has one)")]
    [InlineData("declared_not_in_object", "zram, which has no symbol of that name (but vmlinux has one)")]
    [InlineData("object_with_hyphen", "dm-mod, which is not an object of this kernel (a module built outside the tree")]
    public void An_annotation_of_a_symbol_that_its_object_does_not_have_is_an_error(string module, string told) =>
        Assert.Contains(told, Expect.Error("KLP3003", DemoConversion.Plan(modules[module]).Diagnostics).Message, StringComparison.Ordinal);

    [Fact]
    public void An_annotation_for_an_object_that_is_not_patched_is_an_error_with_those_that_are()
    {
        string message = Expect.Error("KLP3013", DemoConversion.Plan(modules["object_not_patched"]).Diagnostics).Message;
        Assert.Contains("the patched object dm_mod", message, StringComparison.Ordinal);
        Assert.EndsWith("The livepatch patches zram.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_annotation_of_a_symbol_of_the_livepatch_itself_is_malformed() =>
        Assert.Contains("the livepatch itself defines", Malformed(ElfObject.Open(modules["own_symbol"])), StringComparison.Ordinal);

    [Fact]
    public void Entries_and_pointers_are_paired_by_offset_whatever_the_order_of_the_relocations()
    {
        ElfObject module = ElfObject.Open(modules["table"]);
        ElfRelocationSection pointers = Pointers(module);
        ElfRelocation[] reversed = [.. pointers.Relocations.Reverse()];
        pointers.Relocations.Clear();
        foreach (ElfRelocation relocation in reversed)
            pointers.Relocations.Add(relocation);
        DemoConversion.Plan(module).AssertConverts("reserved_mem_count", "vmlinux:reserved_mem_count,2", ".klp.rela.vmlinux..text");
        DemoConversion.Plan(module).AssertConverts("init_once", "vmlinux:init_once,5", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void A_position_is_read_in_the_byte_order_of_the_target()
    {
        using TempFolder folder = new();
        string source = folder.Write("big.c", """
            extern int reserved_mem_count;
            int use(void) { return reserved_mem_count; }
            __attribute__((section(".klp.module_relocs.vmlinux"), used, aligned(4)))
            static struct { void *sym; unsigned int sympos; } __attribute__((packed)) relocs[] = { { &reserved_mem_count, 2 } };
            """);
        Tool.Run(Tool.Arm64 + "gcc", "-mbig-endian", "-O2", "-fno-pie", "-c", source, "-o", folder["big.o"]);
        ElfObject module = ElfObject.Open(folder["big.o"]);
        Assert.Same(ElfByteOrder.Big, module.Header.ByteOrder);
        DemoConversion.Plan(module).AssertConverts("reserved_mem_count", "vmlinux:reserved_mem_count,2", ".klp.rela.vmlinux..text");
    }

    [Theory]
    [InlineData(2, "KLP3004", "In the other byte order it is 2: is the annotation written for another machine?")]
    [InlineData(0x80, "KLP3005", "is it written in the byte order of another machine?")]
    public void A_position_in_the_byte_order_of_another_machine_is_an_error_that_says_so(uint position, string code, string message)
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        BinaryPrimitives.WriteUInt32BigEndian(Entries(module).Contents[8..], position);
        Assert.Contains(message, Expect.Error(code, DemoConversion.Plan(module).Diagnostics).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(11)]
    [InlineData(13)]
    public void A_table_that_does_not_end_with_an_entry_is_malformed(int size)
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        byte[] contents = new byte[size];
        Entries(module).Contents[..Math.Min(size, 12)].CopyTo(contents);
        Entries(module).SetContents(contents);
        Assert.Contains($"{size} bytes, not a multiple of 12", Malformed(module), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_beyond_the_end_of_its_table_is_malformed()
    {
        ElfObject module = ElfObject.Open(modules["table"]);
        Entries(module).SetContents(Entries(module).Contents[..12].ToArray());
        Expect.Codes(DemoConversion.Plan(module).Diagnostics, "KLP3005", "KLP3005");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    public void A_pointer_that_is_not_at_the_start_of_an_entry_is_malformed(ulong offset)
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        Pointers(module).Relocations.Single().Offset = offset;
        Expect.Codes(DemoConversion.Plan(module).Diagnostics, "KLP3005", "KLP3005");
    }

    [Fact]
    public void Two_pointers_of_one_entry_are_malformed()
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        ElfRelocation only = Pointers(module).Relocations.Single();
        Pointers(module).Relocations.Add(new ElfRelocation { Offset = only.Offset, Type = only.Type, Symbol = only.Symbol });
        Malformed(module);
    }

    [Fact]
    public void An_entry_without_a_pointer_is_malformed()
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        Pointers(module).Relocations.Clear();
        Assert.Contains("0x0", Malformed(module), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_no_object_is_malformed()
    {
        ElfObject module = ElfObject.Open(modules["one_entry"]);
        Entries(module).Name = ".klp.module_relocs.";
        Malformed(module);
    }

    [Theory]
    [InlineData(".klp.sym.rela.")]
    [InlineData(".klp.sym.rela.vmlinux")]
    [InlineData(".klp.sym.rela.vmlinux.show_val_kb")]
    [InlineData(".klp.sym.rela.vmlinux.show_val_kb,0")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb,")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb,one")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb,-1")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb,99999999999")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb.one")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.show_val_kb.")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.0")]
    [InlineData(".klp.sym.rela.vmlinux.vmlinux.,0")]
    [InlineData(".klp.sym.rela..vmlinux.show_val_kb,0")]
    [InlineData(".klp.sym.rela.vmlinux..show_val_kb,0")]
    public void A_declaration_that_is_not_in_the_form_is_malformed(string name)
    {
        ElfObject module = ElfObject.Open(modules["one_declared"]);
        module.Symbols.Single(symbol => symbol.Name.StartsWith(".klp.sym.rela.", StringComparison.Ordinal)).Name = name;
        Assert.Contains($"'{name}'", Malformed(module), StringComparison.Ordinal);
    }

    [Fact]
    public void An_annotation_of_the_project_decides_like_one_of_the_source() =>
        FromProject("ambiguous_data", 2).AssertConverts("reserved_mem_count", "vmlinux:reserved_mem_count,2", ".klp.rela.vmlinux..text");

    [Theory]
    [InlineData("ambiguous_data", "vmlinux", 3, "KLP3004")]
    [InlineData("ambiguous_data", "vmlinux", 0, "KLP3002")]
    [InlineData("ambiguous_data", "zram", 0, "KLP3003")]
    [InlineData("one_entry", "vmlinux", 2, "KLP3006")]
    public void An_annotation_of_the_project_that_is_wrong_is_an_error_in_the_project(string module, string objectName, int position, string code) =>
        Assert.Equal(InProject, Expect.Error(code, FromProject(module, position, objectName).Diagnostics).Place);

    [Theory]
    [InlineData("two_positions", "does not use it. Remove")]
    [InlineData("own_data", "does not use it: it defines a symbol of that name itself. Remove")]
    public void An_annotation_of_the_project_that_nothing_needs_is_a_warning_in_the_project(string module, string told)
    {
        Diagnostic warning = Expect.Warning("KLP3007", FromProject(module, 1).Diagnostics);
        Assert.Equal(InProject, warning.Place);
        Assert.Contains(told, warning.Message, StringComparison.Ordinal);
    }

    private static SourcePlace InProject { get; } = new("patch.csproj", 4, 2);

    private ConversionPlan FromProject(string module, int position, string objectName = "vmlinux") => ConversionPlanner.Plan(
        ElfObject.Open(modules[module]),
        DemoConversion.Context,
        [new Annotation(new KernelSymbol(objectName, "reserved_mem_count", position), null, "KlpSymbol", InProject)]);

    private static string Malformed(ElfObject module) => Expect.Error("KLP3005", DemoConversion.Plan(module).Diagnostics).Message;

    private string Pasted(string module) => Expect.Error("KLP3002", DemoConversion.Plan(modules[module]).Diagnostics).Message.Split('\n')[^1];

    private static ElfDataSection Entries(ElfObject module) => (ElfDataSection)module.FindSection(Table)!;

    private static ElfRelocationSection Pointers(ElfObject module) => module.RelocationSections.Single(section => section.InfoSection == Entries(module));

    // Where the source is, readelf does not tell.
    private static string WithoutFolders(string text) => Regex.Replace(text, @" in (?:[\w.-]+/)+([\w.-]+)", " in $1");

    // In a module by the order of the table, in vmlinux by address.
    private static string[] CandidatesInReadelf(string name, string objectName = "vmlinux")
    {
        string path = objectName == "vmlinux" ? DemoTree.Vmlinux : DemoTree.Module(objectName);
        IReadOnlyList<ReadelfSection> sections = Readelf.Sections(path);
        List<(ulong Address, string Text)> found = [];
        string file = "";
        foreach (ReadelfSymbol symbol in Readelf.Symbols(path))
        {
            string section = objectName == "vmlinux" ? "" : int.TryParse(symbol.Index, out int index) ? $"{sections[index].Name}+" : "";
            if (symbol.Type == "FILE")
                file = symbol.Name;
            else if (symbol.Name == name)
                found.Add((objectName == "vmlinux" ? symbol.Value : 0, $"{(symbol.Type == "FUNC" ? "function" : "data")} of {symbol.Size} bytes at {section}0x{symbol.Value:x} in {file}"));
        }

        return [.. found.OrderBy(symbol => symbol.Address).Select((symbol, index) => $"    {objectName}, position {index + 1}: {symbol.Text}")];
    }

    private static string AmbiguousData(string annotation) => $$"""
        extern int reserved_mem_count {{annotation}};
        static int new_show(struct seq_file *m, void *v)
        {
        	return READ_ONCE(reserved_mem_count); /* the use */
        }
        PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
        """;

    private static string AmbiguousName(string annotation) => $$"""
        extern const char function_name[] {{annotation}};
        static const char *new_name(void) { return function_name; }
        PATCH(IN_MODULE(dm_mod, REPLACE(dm_table_find_target, new_name)));
        """;

    public sealed class Modules() : KbuildModules(
        new KbuildModule("ambiguous_function", """
            extern void init_once(void *foo);
            static int new_show(struct seq_file *m, void *v)
            {
            	init_once(m); /* the use */
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("ambiguous_data", AmbiguousData("")),
        new KbuildModule("ambiguous_declared", AmbiguousData("KLP_RELOC_SYMBOL(vmlinux, vmlinux, reserved_mem_count)")),
        new KbuildModule("ambiguous_entry", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 0) };"),
        new KbuildModule("ambiguous_in_module", AmbiguousName("KLP_RELOC_SYMBOL(dm_mod, dm_mod, __func__.0)")),
        new KbuildModule("ambiguous_label", AmbiguousName("__asm__(\"__func__.0\")")),
        new KbuildModule("table", """
            extern void init_once(void *foo), show_val_kb(struct seq_file *m, const char *s, unsigned long num), zs_pool_stats(void *);
            extern int reserved_mem_count;
            struct KLP_MODULE_RELOC(vmlinux) relocs[] = {
            	KLP_SYMPOS(reserved_mem_count, 2),
            	KLP_SYMPOS(init_once, 5),
            	KLP_SYMPOS(show_val_kb, 0),
            };
            struct KLP_MODULE_RELOC(zsmalloc) zsmalloc_relocs[] = { KLP_SYMPOS(zs_pool_stats, 0) };
            static int new_show(struct seq_file *m, void *v)
            {
            	init_once(m);
            	zs_pool_stats(m);
            	show_val_kb(m, "", READ_ONCE(reserved_mem_count));
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("declared", """
            extern int count KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 2);
            extern void show(struct seq_file *m, const char *s, unsigned long num) KLP_RELOC_SYMBOL(vmlinux, vmlinux, show_val_kb);
            extern int matches(int) KLP_RELOC_SYMBOL(vmlinux, vmlinux, feature_matches.isra.0);
            static int new_show(struct seq_file *m, void *v)
            {
            	show(m, "", READ_ONCE(count) + matches(1));
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        // As the older klp-convert has it; the newer, and clang-extract, have a dot like <klp/relocation.h>.
        new KbuildModule("with_commas", """
            #define RELOC(LP, OBJ, NAME, POS) asm("\".klp.sym.rela." #LP "." #OBJ "." #NAME "," #POS "\"")
            extern int count RELOC(vmlinux, vmlinux, reserved_mem_count, 2);
            extern void show(struct seq_file *m, const char *s, unsigned long num) RELOC(vmlinux, vmlinux, show_val_kb, 0);
            extern int matches(int) RELOC(vmlinux, vmlinux, feature_matches.isra.0, 0);
            static int new_show(struct seq_file *m, void *v)
            {
            	show(m, "", READ_ONCE(count) + matches(1));
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("two_positions", """
            extern int first KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 1);
            extern int second KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 2);
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(first) + READ_ONCE(second); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("unused", AmbiguousData("") + """

            extern void init_once(void *foo);
            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1), KLP_SYMPOS(init_once, 1) };
            """),
        new KbuildModule("conflicting", AmbiguousData("") + """

            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1) };
            struct KLP_MODULE_RELOC(vmlinux) more_relocs[] = { KLP_SYMPOS(reserved_mem_count, 2) };
            """),
        new KbuildModule("conflicting_objects", """
            extern size_t huge_class_size;
            struct KLP_MODULE_RELOC(zram) relocs[] = { KLP_SYMPOS(huge_class_size, 0) };
            struct KLP_MODULE_RELOC(zsmalloc) more_relocs[] = { KLP_SYMPOS(huge_class_size, 0) };
            static ssize_t new_show(void *dev, void *attr, char *buf) { return READ_ONCE(huge_class_size); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("repeated", AmbiguousData("") + """

            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 2) };
            struct KLP_MODULE_RELOC(vmlinux) more_relocs[] = { KLP_SYMPOS(reserved_mem_count, 2) };
            """),
        new KbuildModule("table_out_of_range", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 3) };"),
        new KbuildModule("declared_out_of_range", AmbiguousData("KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, reserved_mem_count, 3)")),
        new KbuildModule("no_such_object", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(zcomp) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1) };"),
        new KbuildModule("not_in_object", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(zram) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1) };"),
        new KbuildModule("declared_not_in_object", AmbiguousData("KLP_RELOC_SYMBOL(vmlinux, zram, reserved_mem_count)")),
        new KbuildModule("object_with_hyphen", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(dm-mod) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1) };"),
        new KbuildModule("object_not_patched", """
            extern unsigned int num_devices KLP_RELOC_SYMBOL(dm_mod, zram, num_devices);
            static ssize_t new_show(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_show)));
            """),
        new KbuildModule("own_symbol", """
            int own;
            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(own, 1) };
            static int new_show(struct seq_file *m, void *v) { return READ_ONCE(own); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("own_data", AmbiguousData("= 1").Replace("extern ", "", StringComparison.Ordinal)),
        new KbuildModule("one_entry", AmbiguousData("") + "\nstruct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 1) };"),
        new KbuildModule("one_declared", AmbiguousData("KLP_RELOC_SYMBOL(vmlinux, vmlinux, show_val_kb)")));
}
