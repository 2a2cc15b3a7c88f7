using System.Text;
using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Rules of the module loader and of klp_enable_patch(): a good livepatch, and what is found when one thing of it, or of the kernel, is another.</summary>
[Trait("Needs", "kernel")]
public class LoadRuleTests(LoadRuleTests.Modules modules) : IClassFixture<LoadRuleTests.Modules>
{
    [Fact]
    public void A_good_livepatch_has_no_finding() => Expect.Nothing(Findings(Good()));

    [Fact]
    public void KLP4014_a_second_modinfo()
    {
        ElfObject module = Good();
        module.AddSection(new ElfDataSection(".modinfo", ElfSectionType.ProgBits, "a=b\0"u8.ToArray()) { Flags = ElfSectionFlags.Alloc });
        Assert.Contains("Only one .modinfo section must exist.", Error("KLP4014", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4015_a_struct_module_of_another_size()
    {
        ElfObject module = Good();
        ElfDataSection section = (ElfDataSection)module.FindSection(".gnu.linkonce.this_module")!;
        ulong kernels = ElfObject.Open(DemoTree.Module("zram")).FindSection(section.Name)!.Size;
        Assert.Equal(kernels, section.Size);
        section.SetContents([.. section.Contents, .. new byte[64]]);
        string message = Error("KLP4015", module);
        Assert.Contains("section size must match the kernel's built struct module size at run time", message, StringComparison.Ordinal);
        Assert.Contains($"{kernels + 64} bytes, those of the kernel's modules {kernels}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("must occupy memory during process execution")]
    public void KLP4015_a_struct_module_that_the_kernel_does_not_find(string? problem)
    {
        ElfObject module = Good();
        if (problem is null)
            module.FindSection(".gnu.linkonce.this_module")!.Name = ".gnu.linkonce.that_module";
        else
            module.FindSection(".gnu.linkonce.this_module")!.Flags &= ~ElfSectionFlags.Alloc;
        Assert.Contains(problem ?? "Exactly one .gnu.linkonce.this_module section must exist.", Findings(module).Single(finding => finding.Code == "KLP4015").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"^\d+", "1")]
    [InlineData(" preempt ", " PREEMPT ")]
    public void KLP4018_a_vermagic_of_another_kernel(string text, string by)
    {
        string own = Tool.Run("modinfo", "-F", "vermagic", DemoTree.Module("zram")).Output.TrimEnd('\n');
        string other = Regex.Replace(own, text, by);
        Assert.NotEqual(own, other);
        ElfObject module = Good();
        EditModinfo(module, $"vermagic={own}", $"vermagic={other}");
        Assert.Contains($"version magic '{other}' should be '{own}'", Error("KLP4018", module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".plt", "module PLT section(s) missing")]
    [InlineData(".init.plt", "module PLT section(s) missing")]
    [InlineData(".text.ftrace_trampoline", "no section .text.ftrace_trampoline")]
    public void KLP4019_a_section_that_the_loader_fills(string section, string message)
    {
        ElfObject module = Good();
        module.FindSection(section)!.Name = ".other";
        Assert.Contains(message, Error("KLP4019", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4020_a_section_that_is_writable_and_executable()
    {
        ElfObject module = Good();
        module.FindSection(".data")!.Flags |= ElfSectionFlags.Execute;
        int index = module.Sections.ToList().IndexOf(module.FindSection(".data")!);
        Assert.Contains($"section .data (index {index}) has invalid WRITE|EXEC flags", Error("KLP4020", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4021_an_export() =>
        Expect.Warning("KLP4021", Findings(ElfObject.Read(DemoConversion.Convert(modules["exports"]), "exports.ko")));

    [Fact]
    public void KLP4022_a_common_symbol()
    {
        ElfObject module = Good();
        module.Symbols.First(symbol => symbol.Name == "unused_variable").SetSpecialIndex(ElfSectionIndex.Common);
        Assert.Contains("good: please compile with -fno-common", Error("KLP4022", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4023_another_license()
    {
        ElfObject module = Good();
        EditModinfo(module, "license=GPL\0", "license=BSD\0");
        Assert.Contains("Unknown symbol klp_enable_patch (err -2)", Error("KLP4023", module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x11111111", "0x11111111", null)]
    [InlineData("0x11111111", "0x22222222", "disagrees about version of symbol klp_enable_patch")]
    [InlineData("0x11111111", "", "no symbol version for klp_enable_patch")]
    [InlineData("0x00000000", "", null)]
    public void KLP4024_the_basic_versions_of_imports(string kernel, string own, string? message)
    {
        using FakeTree tree = Versioned(kernel);
        ElfObject module = Good();
        if (own.Length == 0)
            module.AddSection(new ElfDataSection("__versions", ElfSectionType.ProgBits, []) { Flags = ElfSectionFlags.Alloc });
        else
            module.AddSection(new ElfDataSection("__versions", ElfSectionType.ProgBits, [.. BitConverter.GetBytes(Convert.ToUInt64(own, 16)), .. Encoding.Latin1.GetBytes("klp_enable_patch".PadRight(56, '\0'))]) { Flags = ElfSectionFlags.Alloc });
        DiagnosticBag findings = Findings(module, tree);
        if (message is null)
            Expect.Nothing(findings);
        else
            Assert.Contains(message, Expect.Error("KLP4024", findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4024_a_module_without_versions()
    {
        using FakeTree tree = Versioned("0x11111111");
        Expect.Error("KLP4024", Findings(Good(), tree));
    }

    [Theory]
    [InlineData("klp_enable_patch\0", 0x11111111u, null)]
    [InlineData("klp_enable_patch\0", 0x22222222u, "KLP4024")]
    [InlineData("something_else\0", 0x22222222u, null)]
    [InlineData("klp_enable_patch", 0x11111111u, "KLP4016")]
    [InlineData(null, 0x11111111u, "KLP4016")]
    public void KLP4016_and_KLP4024_the_extended_versions_of_imports(string? names, uint crc, string? code)
    {
        using FakeTree tree = Versioned("0x11111111");
        ElfObject module = Good();
        module.AddSection(new ElfDataSection("__version_ext_crcs", ElfSectionType.ProgBits, BitConverter.GetBytes(crc)) { Flags = ElfSectionFlags.Alloc });
        if (names is not null)
            module.AddSection(new ElfDataSection("__version_ext_names", ElfSectionType.ProgBits, Encoding.Latin1.GetBytes(names)) { Flags = ElfSectionFlags.Alloc });
        Expect.Codes(Findings(module, tree), code is null ? [] : [code]);
    }

    [Fact]
    public void KLP4025_a_namespace_for_named_modules_cannot_be_imported()
    {
        ElfObject module = Good();
        EditModinfo(module, "license=GPL\0", "license=GPL\0import_ns=module:kvm\0");
        Assert.Contains("good: module tries to import module namespace: module:kvm", Error("KLP4025", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4033_an_address_in_too_few_bits()
    {
        ElfObject module = Good();
        const uint abs32 = 258;
        module.RelocationSections.Single(section => section.Name == ".rela.data").Relocations[0].Type = abs32;
        Assert.Contains("overflow in relocation type 258 val", Findings(module).First(finding => finding.Code == "KLP4033").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LIVEPATCH", null, "MODULE_IMPORT_NS(\"LIVEPATCH\")")]
    [InlineData("LIVEPATCH", "LIVEPATCH", null)]
    [InlineData("module:kvm,goo*", null, null)]
    [InlineData("module:good", null, null)]
    [InlineData("module:goods,kvm", null, "KLP_RELOC_SYMBOL")]
    public void KLP4025_a_namespace(string name, string? imported, string? message)
    {
        using FakeTree tree = new();
        tree.Replace("Module.symvers", "\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\t", $"\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\t{name}");
        ElfObject module = Good();
        if (imported is not null)
            EditModinfo(module, "license=GPL\0", $"license=GPL\0import_ns={imported}\0");
        DiagnosticBag findings = Findings(module, tree);
        if (message is null)
            Expect.Nothing(findings);
        else
            Assert.Contains(message, Expect.Error("KLP4025", findings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KLP4030", ".klp.sym.vmlinux.no_such_symbol,0", "symbol 'no_such_symbol' not found in symbol table")]
    [InlineData("KLP4030", ".klp.sym.vmlinux.num_devices,0", "symbol 'num_devices' not found in symbol table")]
    [InlineData("KLP4031", ".klp.sym.vmlinux.init_once,0", "unresolvable ambiguity for symbol 'init_once' in object '(null)'")]
    [InlineData("KLP4031", ".klp.sym.dm_mod.__func__.0,0", "unresolvable ambiguity for symbol '__func__.0' in object 'dm_mod'")]
    [InlineData("KLP4032", ".klp.sym.vmlinux.init_once,4000", "symbol position 4000 for symbol 'init_once' in object 'vmlinux' not found")]
    [InlineData("KLP4032", ".klp.sym.vmlinux.show_val_kb,2", "symbol position 2 for symbol 'show_val_kb' in object 'vmlinux' not found")]
    public void A_livepatch_symbol_that_the_kernel_would_not_find(string code, string name, string message)
    {
        ElfObject module = Good();
        module.Symbols.Single(symbol => symbol.Name == ".klp.sym.vmlinux.show_val_kb,0").Name = name;
        Assert.Contains(message, Error(code, module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4060_a_symbol_of_an_object_that_the_kernel_does_not_have()
    {
        ElfObject module = Good();
        module.Symbols.Single(symbol => symbol.Name == ".klp.sym.vmlinux.show_val_kb,0").Name = ".klp.sym.vmlinuz.show_val_kb,0";
        string message = Error("KLP4060", module);
        Assert.Contains("of 'vmlinuz', which is neither vmlinux nor a module", message, StringComparison.Ordinal);
        Assert.Contains("symbol 'show_val_kb' not found in symbol table", message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4060_is_said_of_a_symbol_of_a_module_that_livepatch_applies_as_another_one_loads()
    {
        ElfObject module = Good();
        module.Symbols.Single(symbol => symbol.Name == ".klp.sym.zram.num_devices,0").Name = ".klp.sym.zrum.num_devices,0";
        Assert.Contains("refuse the livepatch, or zram where that is loaded later:", Error("KLP4060", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4060_a_section_of_an_object_that_the_kernel_does_not_have_where_the_tables_are_made_at_run_time()
    {
        ElfObject module = ElfObject.Read(DemoConversion.Convert(modules["filled_in_with_symbol"]), "filled_in_with_symbol.ko");
        Expect.Nothing(Findings(module));
        module.FindSection(".klp.rela.zram..text")!.Name = ".klp.rela.zrum..text";
        module.Symbols.Single(symbol => symbol.Name == ".klp.sym.zram.num_devices,0").Name = ".klp.sym.zrum.num_devices,0";
        Assert.Contains(".klp.rela.zrum..text is for 'zrum', which is neither vmlinux nor a module", Expect.Warning("KLP4060", Findings(module)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init_module", "points to init_module() at 0x", "not start it")]
    [InlineData("cleanup_module", "points to cleanup_module() at 0x", "could not be unloaded (EBUSY)")]
    public void KLP4061_a_struct_module_with_its_functions_elsewhere(string function, string place, string effect)
    {
        ElfObject module = Good();
        ElfRelocation pointer = module.RelocationSections.Single(section => section.InfoSection?.Name == ".gnu.linkonce.this_module").Relocations.Single(relocation => relocation.Symbol?.Name == function);
        ulong place0 = pointer.Offset;
        pointer.Offset += 8;
        string message = Error("KLP4061", module);
        Assert.Contains($"{place}{place0 + 8:x}, and that of the kernel's own modules does at 0x{place0:x}", message, StringComparison.Ordinal);
        Assert.Contains(effect, message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4061_a_struct_module_without_its_start_function()
    {
        ElfObject module = Good();
        ElfRelocationSection pointers = module.RelocationSections.Single(section => section.InfoSection?.Name == ".gnu.linkonce.this_module");
        pointers.Relocations.Remove(pointers.Relocations.Single(relocation => relocation.Symbol?.Name == "init_module"));
        Assert.Contains("does not point to init_module()", Error("KLP4061", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4061_a_struct_module_with_its_name_elsewhere()
    {
        ElfObject module = Good();
        Span<byte> contents = ((ElfDataSection)module.FindSection(".gnu.linkonce.this_module")!).Contents;
        int at = contents.IndexOf("good\0"u8);
        contents[at..(at + 40)].CopyTo(contents[(at + 8)..]);
        contents[at..(at + 8)].Clear();
        Assert.Contains($"the module's name is at 0x{at + 8:x}, and in the kernel's own modules at 0x{at:x}", Error("KLP4061", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4045_a_symbol_that_the_kernel_frees()
    {
        string name = Nm.Names(DemoTree.Vmlinux).First(symbol => symbol == "do_early_param");
        ElfObject module = Good();
        module.Symbols.Single(symbol => symbol.Name == ".klp.sym.vmlinux.show_val_kb,0").Name = $".klp.sym.vmlinux.{name},0";
        Assert.Contains(".init.text of vmlinux", Error("KLP4045", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4033_a_relocation_that_the_loader_does_not_know()
    {
        ElfObject module = Good();
        const uint adrGotPage = 311;
        module.RelocationSections.Single(section => section.Name == ".klp.rela.zram..text").Relocations[0].Type = adrGotPage;
        Assert.Contains("good: unsupported RELA relocation: 311", Findings(module).First(finding => finding.Code == "KLP4033").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no_function", "the klp_func 'cmdline_proc_show' has no new_func")]
    [InlineData("no_name", "a klp_func has a new_func and no old_name")]
    [InlineData("no_functions", "the klp_object 'dm_mod' has no funcs")]
    [InlineData("no_mod", "the klp_patch has no mod")]
    [InlineData("no_objects", "the klp_patch has no objs")]
    [InlineData("no_objects_with_debug_information", "the klp_patch has no objs")]
    [InlineData("nothing", "the klp_patch has no objs")]
    public void KLP4034_a_table_that_is_not_complete(string module, string message) =>
        Assert.Contains(message, Error("KLP4034", ElfObject.Open(modules[module])), StringComparison.Ordinal);

    [Fact]
    public void Tables_that_the_module_fills_in_are_not_incomplete() => Expect.Nothing(Findings(ElfObject.Open(modules["filled_in"])));

    [Fact]
    public void KLP4052_two_loaded_sections_of_one_name()
    {
        ElfObject module = Good();
        module.AddSection(new ElfDataSection(".note.Linux", ElfSectionType.Note, ((ElfDataSection)module.FindSection(".note.Linux")!).Contents.ToArray()) { Flags = ElfSectionFlags.Alloc });
        Assert.Contains("sysfs: cannot create duplicate filename '/module/good/sections/.note.Linux'", Error("KLP4052", module), StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_that_the_kernel_does_not_show_may_have_one_name()
    {
        ElfObject module = Good();
        module.AddSection(new ElfDataSection(".comment", ElfSectionType.ProgBits, [1]));
        module.AddSection(new ElfDataSection(".note.Linux", ElfSectionType.Note, []) { Flags = ElfSectionFlags.Alloc });
        Expect.Nothing(Findings(module));
    }

    [Theory]
    [InlineData("object_twice", "/kernel/livepatch/object_twice/vmlinux'")]
    [InlineData("function_twice", "/kernel/livepatch/function_twice/vmlinux/cmdline_proc_show,1'")]
    public void KLP4035_what_is_patched_twice(string module, string message) =>
        Assert.Contains(message, Error("KLP4035", ElfObject.Open(modules[module])), StringComparison.Ordinal);

    [Theory]
    [InlineData("unknown_function", "KLP4036", "symbol 'no_such_function' not found in symbol table")]
    [InlineData("unknown_position", "KLP4036", "symbol position 2 for symbol 'cmdline_proc_show' in object 'vmlinux' not found")]
    [InlineData("ambiguous_function", "KLP4038", "unresolvable ambiguity for symbol 'init_once' in object '(null)'")]
    [InlineData("notrace_function", "KLP4037", "failed to find location for function 'arch_ftrace_ops_list_func'")]
    [InlineData("init_function", "KLP4037", "failed to find location for function 'do_early_param'")]
    [InlineData("notrace_in_module", "KLP4036", "symbol 'no_such_function' not found in symbol table")]
    [InlineData("hyphen", "KLP4041", "Name it 'dm_mod'")]
    [InlineData("named_vmlinux", "KLP4041", "Leave .name out")]
    public void A_patched_function_that_the_kernel_would_not_patch(string module, string code, string message)
    {
        Diagnostic error = Expect.Error(code, Findings(ElfObject.Open(modules[module])));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        if (code != "KLP4041")
            Assert.Equal((modules.Source($"{module}.c"), 1), (error.Place!.File, error.Place.Line));
    }

    [Fact]
    public void KLP4041_an_object_that_is_not_of_this_kernel_is_a_warning() =>
        Expect.Warning("KLP4041", Findings(ElfObject.Open(modules["unknown_module"])));

    [Fact]
    public void KLP4039_a_section_of_an_object_that_is_not_patched()
    {
        ElfObject module = Good();
        module.FindSection(".klp.rela.zram..text")!.Name = ".klp.rela.zsmalloc..text";
        Assert.Contains("patches vmlinux, zram.", Error("KLP4039", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4029_a_section_for_what_is_freed()
    {
        ElfObject module = Good();
        ElfRelocationSection section = module.RelocationSections.Single(found => found.Name == ".klp.rela.zram..text");
        section.InfoSection = module.FindSection(".init.text");
        Assert.Contains("write into freed memory", Findings(module).First(finding => finding.Code == "KLP4029").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4051_new_functions_that_are_freed()
    {
        ElfObject module = Good();
        module.FindSection(".text")!.Name = ".init.other";
        Assert.Equal(
            ["new_initstate()", "new_show()"],
            Findings(module).Where(finding => finding.Code == "KLP4051").Select(finding => finding.Message.Split(',')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void KLP4046_a_branch_to_a_module() =>
        Assert.Contains("branches to 'zcomp_available_show'", Expect.Info("KLP4046", Findings(ElfObject.Read(DemoConversion.Convert(modules["branch"]), "branch.ko"))).Message, StringComparison.Ordinal);

    [Fact]
    public void KLP4047_a_section_for_older_kernels()
    {
        ElfObject module = Good();
        module.AddSection(new ElfDataSection(".klp.arch.zram..altinstructions", ElfSectionType.ProgBits, new byte[12]) { Flags = ElfSectionFlags.Alloc });
        Error("KLP4047", module);
    }

    private ElfObject Good() => ElfObject.Read(DemoConversion.Convert(modules["good"]), "good.ko");

    private static FakeTree Versioned(string crc)
    {
        FakeTree tree = new();
        tree.Replace(".config", "# CONFIG_MODVERSIONS is not set", "CONFIG_MODVERSIONS=y");
        tree.Replace("Module.symvers", "0x00000000\tklp_enable_patch\t", $"{crc}\tklp_enable_patch\t");
        return tree;
    }

    private static void EditModinfo(ElfObject module, string text, string by)
    {
        ElfDataSection info = (ElfDataSection)module.FindSection(".modinfo")!;
        string old = Encoding.Latin1.GetString(info.Contents);
        Assert.Contains(text, old, StringComparison.Ordinal);
        info.SetContents(Encoding.Latin1.GetBytes(old.Replace(text, by, StringComparison.Ordinal)));
    }

    private static string Error(string code, ElfObject module) => Expect.Error(code, Findings(module)).Message;

    private static DiagnosticBag Findings(ElfObject module, FakeTree? tree = null)
    {
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), module.FileName, tree is null ? DemoTree.Tree : DemoTree.Open(tree.Path), DemoTree.Database, findings);
        return findings;
    }

    // The function is in the first line, which a finding about it names.
    private static KbuildModule Replacing(string name, string table) =>
        new(name, $"static noinline int new_function(void) {{ return 1; }}\nPATCH({table});\n");

    private static KbuildModule Tables(string name, string functions, string objects, string patch) => new(name, $$"""
        static int new_show(struct seq_file *m, void *v) { return 0; }
        static struct klp_func functions[] = { {{functions}}, { } };
        static struct klp_object objects[] __used = { {{objects}}, { } };
        static struct klp_patch patch = { {{patch}} };
        static int __init start(void) { return klp_enable_patch(&patch); }
        module_init(start);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """);

    // The tables are empty in the file, and new_function() is named in them when the module starts.
    private static KbuildModule FilledIn(string name, string source, string function, string? module = null) => new(name, $$"""
        {{source}}
        static struct klp_func functions[2];
        static struct klp_object objects[2];
        static struct klp_patch patch = { .mod = THIS_MODULE };
        static int __init start(void)
        {
        	functions[0].old_name = "{{function}}";
        	functions[0].new_func = new_function;
        	objects[0].name = {{(module is null ? "NULL" : $"\"{module}\"")}};
        	objects[0].funcs = functions;
        	patch.objs = objects;
        	return klp_enable_patch(&patch);
        }
        module_init(start);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """);

    private const string Function = "REPLACE(cmdline_proc_show, new_show)";
    private const string Object = "{ .funcs = functions }";
    private const string Patch = ".mod = THIS_MODULE, .objs = objects";

    public sealed class Modules() : KbuildModules(
        new KbuildModule("good", """
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            extern unsigned int num_devices;
            int unused_variable = 1;
            static int new_show(struct seq_file *m, void *v)
            {
            	show_val_kb(m, "", 1);
            	return 0;
            }
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """),
        new KbuildModule("exports", $$"""
            static int new_show(struct seq_file *m, void *v) { return 0; }
            int exported;
            EXPORT_SYMBOL(exported);
            PATCH(IN_VMLINUX({{Function}}));
            """),
        new KbuildModule("branch", """
            extern int zcomp_available_show(int);
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return zcomp_available_show(1) + 1; }
            PATCH(IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """),
        Tables("no_function", $"{Function}, {{ .old_name = \"cmdline_proc_show\", .old_sympos = 7 }}", Object, Patch),
        Tables("no_name", $"{Function}, {{ .new_func = new_show, .old_sympos = 7 }}", Object, Patch),
        Tables("no_functions", Function, $"{Object}, {{ .name = \"dm_mod\" }}", Patch),
        Tables("no_mod", Function, Object, ".objs = objects"),
        Tables("no_objects", $"{Function}", Object, ".mod = THIS_MODULE"),
        Tables("no_objects_with_debug_information", $"{Function}", Object, ".mod = THIS_MODULE") with { Options = "-g" },
        new KbuildModule("nothing", """
            static struct klp_patch patch = { .mod = THIS_MODULE };
            static int __init start(void) { return klp_enable_patch(&patch); }
            module_init(start);
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """),
        FilledIn("filled_in", "static int new_function(struct seq_file *m, void *v) { return 0; }", "cmdline_proc_show"),
        FilledIn("filled_in_with_symbol", """
            extern unsigned int num_devices KLP_RELOC_SYMBOL(zram, zram, num_devices);
            static ssize_t new_function(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            """, "initstate_show", "zram"),
        Tables("object_twice", Function, $"{Object}, {Object}", Patch),
        Replacing("function_twice", "IN_VMLINUX(REPLACE(cmdline_proc_show, new_function), { .old_name = \"cmdline_proc_show\", .new_func = new_function, .old_sympos = 1 })"),
        Replacing("unknown_function", "IN_VMLINUX(REPLACE(no_such_function, new_function))"),
        Replacing("unknown_position", "IN_VMLINUX({ .old_name = \"cmdline_proc_show\", .new_func = new_function, .old_sympos = 2 })"),
        Replacing("ambiguous_function", "IN_VMLINUX(REPLACE(init_once, new_function))"),
        Replacing("notrace_function", "IN_VMLINUX(REPLACE(arch_ftrace_ops_list_func, new_function))"),
        Replacing("init_function", "IN_VMLINUX(REPLACE(do_early_param, new_function))"),
        Replacing("notrace_in_module", "IN_MODULE(zram, REPLACE(no_such_function, new_function))"),
        Replacing("hyphen", "{ .name = \"dm-mod\", .funcs = (struct klp_func[]) { REPLACE(dm_hold, new_function), { } } }"),
        Replacing("named_vmlinux", "{ .name = \"vmlinux\", .funcs = (struct klp_func[]) { REPLACE(cmdline_proc_show, new_function), { } } }"),
        Replacing("unknown_module", "IN_MODULE(no_such_module, REPLACE(dm_hold, new_function))"));
}
