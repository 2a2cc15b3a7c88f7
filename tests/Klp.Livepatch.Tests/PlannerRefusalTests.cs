using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class PlannerRefusalTests(PlannerRefusalTests.Modules modules) : IClassFixture<PlannerRefusalTests.Modules>
{
    [Fact]
    public void A_module_that_is_converted_is_not_converted_again()
    {
        byte[] converted = DemoConversion.Convert(modules["static_function"]);
        Diagnostic error = Expect.Error("KLP3010", DemoConversion.Plan(ElfObject.Read(converted, "again.ko")).Diagnostics);
        Assert.Equal("again.ko", error.Place!.File);
    }

    [Fact]
    public void A_stripped_module_is_not_converted()
    {
        using TempFolder folder = new();
        Tool.Run(Tool.Arm64 + "strip", "-o", folder["stripped.ko"], modules["static_function"]);
        Assert.Contains("no symbol table", Expect.Error("KLP3009", DemoConversion.Plan(folder["stripped.ko"]).Diagnostics).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(311, "R_AARCH64_ADR_GOT_PAGE")]
    [InlineData(312, "R_AARCH64_LD64_GOT_LO12_NC")]
    [InlineData(281, "type 281")]
    [InlineData(0x10000, "type 65536")]
    public void A_relocation_that_the_loader_does_not_know_is_an_error(uint type, string name)
    {
        ElfObject module = ElfObject.Open(modules["static_function"]);
        module.RelocationSections.SelectMany(section => section.Relocations).Single(relocation => relocation.Symbol?.Name == "show_val_kb").Type = type;
        Diagnostic error = Expect.Error("KLP3011", DemoConversion.Plan(module).Diagnostics);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("-fno-pie", error.Message, StringComparison.Ordinal);
        Assert.Equal((modules.Source("static_function.c"), modules.LineOf("static_function.c", "the use")), (error.Place!.File, error.Place.Line));
    }

    [Theory]
    [InlineData(127, "6.0", true)]
    [InlineData(128, "6.0", false)]
    [InlineData(511, "6.1", true)]
    [InlineData(512, "6.1", false)]
    public void A_symbols_name_must_fit_the_kernels_buffer(int length, string release, bool fits)
    {
        string name = new('x', length);
        Assert.Equal(fits, Fits(release, "vmlinux", name));
    }

    [Theory]
    [InlineData(55, true)]
    [InlineData(56, false)]
    public void An_objects_name_must_fit_the_kernels_buffer(int length, bool fits) =>
        Assert.Equal(fits, Fits("7.2", new string('m', length), "name"));

    [Fact]
    public void A_malformed_database_is_an_error_of_the_plan()
    {
        using TempFolder folder = new();
        ConversionContext context = DemoConversion.Context with { Database = DemoTree.OpenDatabase(folder.Write("symbols.klp", "klp-convert-symbol-data.0.1\nshow_val_kb\n")) };
        Assert.Equal(new SourcePlace(folder["symbols.klp"], 2), Expect.Error("KLP2001", DemoConversion.Plan(modules["static_function"], context).Diagnostics).Place);
    }

    [Fact]
    public void A_plan_changes_nothing()
    {
        foreach (string module in (string[])["static_function", "unknown_function"])
        {
            ElfObject before = ElfObject.Open(modules[module]);
            DemoConversion.Plan(before);
            Assert.Equal(File.ReadAllBytes(modules[module]), before.ToArray());
        }
    }

    [Fact]
    public void A_plan_with_errors_is_not_applied()
    {
        ConversionPlan plan = DemoConversion.Plan(modules["unknown_function"]);
        Assert.Throws<InvalidOperationException>(() => ConversionApplier.Apply(plan));
    }

    private bool Fits(string release, string objectName, string name)
    {
        Assert.True(KernelVersion.TryParse(release, out KernelVersion version));
        ElfObject module = ElfObject.Open(modules["static_function"]);
        module.Symbols.Single(symbol => symbol.Name == "show_val_kb").Name = name;
        using TempFolder folder = new();
        string database = folder.Write("symbols.klp", $"klp-convert-symbol-data.0.1\n*vmlinux\n__ksymtab_klp_enable_patch\n{(objectName == ModuleName.Vmlinux ? "" : $"*{objectName}\n")}{name}\n");
        DiagnosticBag diagnostics = DemoConversion.Plan(module, new ConversionContext { Database = DemoTree.OpenDatabase(database), Dialect = KernelDialect.For(version) }).Diagnostics;
        if (diagnostics.HasErrors)
            Expect.Error("KLP4004", diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return !diagnostics.HasErrors;
    }

    public sealed class Modules() : KbuildModules(
        new KbuildModule("static_function", """
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            static int new_show(struct seq_file *m, void *v)
            {
            	show_val_kb(m, "", 1); /* the use */
            	return 0;
            }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """),
        new KbuildModule("unknown_function", """
            extern void no_such_function(void);
            static int new_show(struct seq_file *m, void *v) { no_such_function(); return 0; }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
            """));
}
