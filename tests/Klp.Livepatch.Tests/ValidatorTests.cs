using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>A good livepatch, and what is found when just one thing of it is wrong.</summary>
[Trait("Needs", "kernel")]
public class ValidatorTests(ValidatorTests.Modules modules) : IClassFixture<ValidatorTests.Modules>
{
    private const string KernelText = ".klp.rela.vmlinux..text";
    private const string ModuleText = ".klp.rela.zram..text";
    private const string KernelSymbol = ".klp.sym.vmlinux.show_val_kb,0";

    [Fact]
    public void A_good_livepatch_has_no_finding() => Expect.Nothing(Findings(Good()));

    [Theory]
    [InlineData("strip", "--strip-debug")]
    [InlineData("objcopy", "--remove-section=.comment")]
    public void A_good_livepatch_stays_good_when_a_tool_renumbers_it(string tool, string option)
    {
        using TempFolder folder = new();
        string path = folder.Write("good.ko", Good().ToArray());
        Tool.Run(Tool.Arm64 + tool, option, path);
        Expect.Nothing(Findings(ElfObject.Open(path)));
    }

    [Fact]
    public void Validation_changes_nothing()
    {
        ElfObject module = Good();
        byte[] before = module.ToArray();
        Findings(module);
        Assert.Equal(before, module.ToArray());
    }

    [Fact]
    public void Errors_from_before_do_not_stop_it()
    {
        DiagnosticBag diagnostics = new();
        diagnostics.AddError("KLP9999", "something else");
        ElfObject module = Good();
        Symbol(module, KernelSymbol).Name = "show_val_kb";
        LivepatchValidator.Validate(module.ToArray(), "good.ko", DemoTree.Tree, DemoTree.Database, diagnostics);
        Expect.Codes(diagnostics, "KLP9999", "KLP4004");
    }

    [Fact]
    public void An_unconverted_module_has_a_finding_for_each_symbol_that_nothing_exports()
    {
        DiagnosticBag findings = Findings(ElfObject.Open(modules["good"]));
        Expect.Codes(findings, "KLP4002", "KLP4002");
        Assert.All(findings, finding => Assert.Contains("Convert the module", finding.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_for_another_architecture_is_an_error()
    {
        using FakeTree tree = new();
        tree.Replace(".config", "\nCONFIG_ARM64=y\n", "\nCONFIG_X86_64=y\n");
        DiagnosticBag diagnostics = new();
        LivepatchValidator.Validate(Good().ToArray(), "good.ko", DemoTree.Open(tree.Path), DemoTree.Database, diagnostics);
        string message = Expect.Error("KLP4010", diagnostics).Message;
        Assert.Contains("arm64", message, StringComparison.Ordinal);
        Assert.Contains("x86-64", message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4001_modinfo_without_livepatch()
    {
        ElfObject module = Good();
        ElfDataSection info = (ElfDataSection)module.FindSection(".modinfo")!;
        info.SetContents(System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(info.Contents).Replace("livepatch=Y\0", "", StringComparison.Ordinal)));
        Assert.Contains("is not marked as a livepatch module", Found("KLP4001", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4002_an_undefined_symbol_that_nothing_exports()
    {
        ElfObject module = Good();
        Symbol(module, "klp_enable_patch").Name = "klp_enable_patches";
        Assert.Contains("Unknown symbol klp_enable_patches (err -2)", Found("KLP4002", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4002_not_for_a_weak_symbol()
    {
        ElfObject module = Good();
        Symbol(module, "klp_enable_patch").Name = "klp_enable_patches";
        Symbol(module, "klp_enable_patches").Binding = ElfSymbolBinding.Weak;
        Expect.Nothing(Findings(module));
    }

    [Theory]
    [InlineData("KLP4028", ElfSectionFlags.RelaLivepatch, "SHF_RELA_LIVEPATCH")]
    [InlineData("KLP4029", ElfSectionFlags.Alloc, "SHF_ALLOC")]
    public void A_livepatch_section_without_a_flag(string code, ElfSectionFlags flag, string named)
    {
        ElfObject module = Good();
        module.FindSection(ModuleText)!.Flags &= ~flag;
        Assert.Contains(named, Found(code, module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".klp.rela..text")]
    [InlineData(".klp.rela.")]
    [InlineData(".rela.klp.zram..text")]
    public void KLP4003_a_name_that_the_kernel_cannot_read(string name)
    {
        Assert.Null(KernelScanf.RelocationSection(name));
        ElfObject module = Good();
        module.FindSection(ModuleText)!.Name = name;
        Assert.Contains("has an incorrectly formatted name", Found("KLP4003", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4003_an_objects_name_that_the_kernel_would_cut()
    {
        ElfObject module = Good();
        string name = $".klp.rela.{new string('m', 56)}..text";
        Assert.Equal(55, KernelScanf.RelocationSection(name)!.Length);
        module.FindSection(ModuleText)!.Name = name;
        Assert.Contains("55", Found("KLP4003", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4003_a_section_of_another_type()
    {
        ElfObject module = Good();
        ElfDataSection section = new(".klp.rela.zram..data", ElfSectionType.ProgBits, new byte[24]) { Flags = ElfSectionFlags.Alloc | ElfSectionFlags.RelaLivepatch };
        module.AddSection(section);
        Assert.Contains("SHT_RELA", Found("KLP4003", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4027_a_section_for_what_is_not_loaded()
    {
        ElfObject module = Good();
        module.FindSection(KernelText)!.InfoSection = module.FindSection(".comment");
        Assert.Contains("silently skip", Found("KLP4027", module), StringComparison.Ordinal);
        module.FindSection(KernelText)!.InfoSection = null;
        Assert.Contains("silently skip", Found("KLP4027", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4003_a_section_without_its_symbol_table()
    {
        ElfObject module = Good();
        module.FindSection(ModuleText)!.Link = null;
        Assert.Contains("sh_link", Expect.Error("KLP4003", Findings(module)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4003_a_relocation_outside_its_target()
    {
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Offset = module.FindSection(".text")!.Size;
        Assert.Contains("outside .text", Found("KLP4003", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4004_a_livepatch_name_without_the_mark()
    {
        ElfObject module = Good();
        Symbol(module, "klp_enable_patch").Name = KernelSymbol.Replace("show_val_kb", "other", StringComparison.Ordinal);
        Assert.Contains(Findings(module), finding => finding.Code == "KLP4004" && finding.Message.Contains("refuse it as an unknown symbol", StringComparison.Ordinal));
    }

    [Fact]
    public void KLP4004_a_weak_livepatch_name_without_the_mark_is_a_null_pointer()
    {
        ElfObject module = Good();
        ElfSymbol symbol = Symbol(module, "klp_enable_patch");
        (symbol.Name, symbol.Binding) = (KernelSymbol.Replace("show_val_kb", "other", StringComparison.Ordinal), ElfSymbolBinding.Weak);
        Assert.Contains("have null pointers", Found("KLP4004", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4004_not_for_a_name_that_nobody_reads()
    {
        ElfObject module = Good();
        ElfSymbol symbol = Symbol(module, "unused_variable");
        symbol.Name = KernelSymbol.Replace("show_val_kb", "other", StringComparison.Ordinal);
        Expect.Nothing(Findings(module));
        symbol.Binding = ElfSymbolBinding.Weak;
        symbol.SetSpecialIndex(ElfSectionIndex.Undefined);
        Expect.Nothing(Findings(module));
        symbol.Name = ".klp.tombstone.show_val_kb";
        symbol.SetSpecialIndex(ElfSectionIndex.Livepatch);
        Expect.Nothing(Findings(module));
    }

    [Fact]
    public void KLP4003_not_for_a_section_that_the_kernel_passes_by()
    {
        ElfObject module = Good();
        module.AddSection(new ElfDataSection(".klp.rela.zram..data", ElfSectionType.ProgBits, new byte[24]));
        Expect.Nothing(Findings(module));
    }

    [Theory]
    [InlineData("__klp_relocs.vmlinux", false, false)]
    [InlineData("__klp_relocs.vmlinux", true, true)]
    [InlineData("__klp_other.vmlinux", false, true)]
    public void KLP4006_not_in_what_objtool_leaves_unless_something_reads_it(string name, bool isRead, bool isWrong)
    {
        ElfObject module = Good();
        ElfDataSection entries = new(name, ElfSectionType.ProgBits, new byte[24]) { Flags = ElfSectionFlags.Alloc };
        ElfRelocationSection pointers = new(".rela" + name, entries, module.SymbolTable!);
        const uint absolute = 257;
        pointers.Relocations.Add(new ElfRelocation { Offset = 8, Type = absolute, Symbol = Symbol(module, KernelSymbol) });
        module.AddSection(entries);
        module.AddSection(pointers);
        ElfSymbol inside = Symbol(module, "unused_variable");
        inside.Section = entries;
        if (isRead)
            Relocations(module, ".rela.data").Relocations[0].Symbol = inside;
        Assert.Equal(isWrong, Findings(module).Any(finding => finding.Code == "KLP4006"));
    }

    [Fact]
    public void A_livepatch_relocation_to_a_symbol_without_the_mark_is_one_of_the_relocation()
    {
        ElfObject module = Good();
        Symbol(module, KernelSymbol).SetSpecialIndex(ElfSectionIndex.Absolute);
        Assert.Contains("is not marked as a livepatch symbol", Found("KLP4005", module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.12.118", "\"symbol klp_enable_patch is not marked as a livepatch symbol\"")]
    [InlineData("6.18.9", "\"symbol klp_enable_patch is not marked as a livepatch symbol\"")]
    [InlineData("6.19.0", "\"symbol klp_enable_patch at rela sec [0-9]+ idx 0 is not marked as a livepatch symbol\"")]
    public void KLP4005_in_the_words_of_the_kernels_version(string release, string words)
    {
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Symbol = Symbol(module, "klp_enable_patch");
        using FakeTree tree = new();
        tree.Replace("include/generated/utsrelease.h", DemoTree.Tree.Release, release);
        DiagnosticBag findings = new();

        LivepatchValidator.Validate(module.ToArray(), "good.ko", DemoTree.Open(tree.Path), DemoTree.Database, findings);

        Assert.Matches(words, findings.Single(finding => finding.Code == "KLP4005").Message);
    }

    [Theory]
    [InlineData("show_val_kb")]
    [InlineData(".klp.sym.vmlinux.show_val_kb")]
    [InlineData(".klp.sym.vmlinux.show_val_kb,")]
    [InlineData(".klp.sym.vmlinux.show_val_kb,one")]
    [InlineData(".klp.sym..show_val_kb,0")]
    [InlineData(".klp.sym.vmlinux.,0")]
    public void KLP4004_a_livepatch_symbol_whose_name_the_kernel_cannot_read(string name)
    {
        Assert.Null(KernelScanf.Symbol(name, 511));
        ElfObject module = Good();
        Symbol(module, KernelSymbol).Name = name;
        Assert.Contains("has an incorrectly formatted name", Found("KLP4004", module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 511, 7)]
    [InlineData(7, 512, 7)]
    [InlineData(55, 1, 7)]
    [InlineData(56, 1, 7)]
    [InlineData(7, 127, 5)]
    [InlineData(7, 128, 5)]
    public void KLP4004_exactly_where_a_name_does_not_fit_the_kernels_buffers(int objectLength, int nameLength, int version)
    {
        using FakeTree tree = new();
        tree.Write("include/generated/utsrelease.h", $"#define UTS_RELEASE \"{version}.10.0\"\n");
        string name = $".klp.sym.{new string('m', objectLength)}.{new string('x', nameLength)},0";
        ElfObject module = Good();
        Symbol(module, KernelSymbol).Name = name;
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), "good.ko", DemoTree.Open(tree.Path), DemoTree.Database, findings);
        // What the kernel can read is of an object that this one does not have.
        Expect.Codes(findings, KernelScanf.Symbol(name, version < 6 ? 127 : 511) is null ? "KLP4004" : "KLP4060");
    }

    [Fact]
    public void KLP4005_a_livepatch_relocation_to_an_ordinary_symbol()
    {
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Symbol = Symbol(module, "klp_enable_patch");
        Assert.Contains("symbol klp_enable_patch at rela sec", Found("KLP4005", module), StringComparison.Ordinal);
    }

    [Fact]
    public void KLP4005_a_livepatch_relocation_to_no_symbol()
    {
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Symbol = null;
        Found("KLP4005", module);
    }

    [Fact]
    public void KLP4006_an_ordinary_relocation_to_a_livepatch_symbol()
    {
        ElfObject module = Good();
        ElfRelocation moved = Relocations(module, KernelText).Relocations[0];
        ElfRelocation left = Relocations(module, ".rela.text").Relocations.Single(relocation => relocation.Offset == moved.Offset);
        left.Type = moved.Type;
        left.Symbol = moved.Symbol;
        Assert.Contains("resolve it to null", Found("KLP4006", module), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void KLP4006_not_for_a_relocation_that_does_nothing(uint type)
    {
        ElfObject module = Good();
        ElfRelocation moved = Relocations(module, KernelText).Relocations[0];
        ElfRelocation left = Relocations(module, ".rela.text").Relocations.Single(relocation => relocation.Offset == moved.Offset);
        left.Type = type;
        left.Symbol = moved.Symbol;
        Expect.Nothing(Findings(module));
    }

    [Fact]
    public void KLP4007_a_symbol_of_vmlinux_in_the_section_of_a_module()
    {
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Symbol = Symbol(module, KernelSymbol);
        string message = Found("KLP4007", module);
        Assert.Contains("invalid access to vmlinux symbol 'show_val_kb' from module-specific livepatch relocation section", message, StringComparison.Ordinal);
        Assert.Contains(KernelText, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_kernel_never_applies_has_that_one_finding()
    {
        ElfObject module = Good();
        module.FindSection(KernelText)!.Name = ".klp.rela.zsmalloc..text";
        Expect.Codes(Findings(module), "KLP4039");
    }

    [Fact]
    public void KLP4007_not_before_5_8()
    {
        using FakeTree tree = new();
        tree.Write("include/generated/utsrelease.h", "#define UTS_RELEASE \"5.7.19\"\n");
        ElfObject module = Good();
        Relocations(module, ModuleText).Relocations[0].Symbol = Symbol(module, KernelSymbol);
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), "good.ko", DemoTree.Open(tree.Path), DemoTree.Database, findings);
        Expect.Nothing(findings);
    }

    [Fact]
    public void A_symbol_of_a_module_in_the_section_of_vmlinux_is_in_order()
    {
        ElfObject module = Good();
        Relocations(module, KernelText).Relocations[0].Symbol = Symbol(module, ".klp.sym.zram.num_devices,0");
        Expect.Nothing(Findings(module));
    }

    private ElfObject Good() => ElfObject.Read(DemoConversion.Convert(modules["good"]), "good.ko");

    private static string Found(string code, ElfObject module)
    {
        // As it is read back from the file.
        Diagnostic finding = Expect.Error(code, Findings(ElfObject.Read(module.ToArray(), "good.ko")));
        Assert.Matches(@"(^|/)good\.(ko|c)$", finding.Place!.File);
        return finding.Message;
    }

    private static DiagnosticBag Findings(ElfObject module)
    {
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), "good.ko", DemoTree.Tree, DemoTree.Database, findings);
        return findings;
    }

    private static ElfSymbol Symbol(ElfObject module, string name) => module.Symbols.Single(symbol => symbol.Name == name);

    private static ElfRelocationSection Relocations(ElfObject module, string name) => module.RelocationSections.Single(section => section.Name == name);

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
            """));
}
