using System.Buffers.Binary;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Modules of every architecture that can livepatch, converted with a database of a few lines.</summary>
public class ArchitectureTests
{
    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void Each_unexported_symbol_is_converted_with_every_relocation(string name)
    {
        using ArchitectureModule module = new(Compiler.Named(name));
        ConversionPlan plan = module.Plan(module.Path);
        Expect.NothingWrong(plan.Diagnostics);
        Assert.Equal(
            ["vmlinux:kernel_array", "vmlinux:kernel_function", "vmlinux:kernel_variable", "vmlinux:twice,2"],
            plan.Decisions.Where(decision => decision.Kind == SymbolDecisionKind.Livepatch).Select(decision => decision.Target!.ToString()).Order(StringComparer.Ordinal));
        plan.AssertLeaves("klp_enable_patch");
    }

    [Theory]
    [InlineData("arm64", "ABS64", "ADD_ABS_LO12_NC", "ADR_PREL_PG_HI21", "CALL26")]
    [InlineData("arm64, big-endian", "ABS64", "ADD_ABS_LO12_NC", "ADR_PREL_PG_HI21", "CALL26")]
    [InlineData("x86-64", "32S", "64", "PC32", "PLT32")]
    [InlineData("s390x", "64", "GOTENT", "PLT32DBL")]
    [InlineData("ppc64le", "ADDR64", "REL24")]
    [InlineData("ppc64le, Power10", "ADDR64", "GOT_PCREL34", "REL24_NOTOC")]
    [InlineData("LoongArch", "64", "B26", "GOT_PC_HI20", "GOT_PC_LO12")]
    public void The_relocations_of_the_architecture_are_among_those_that_are_converted(string name, params string[] types)
    {
        using ArchitectureModule module = new(Compiler.Named(name));
        string[] moved = [.. LivepatchPart.Relocations(module.Converted).Select(line => line.Split(' ')[2])];
        foreach (string type in types)
            Assert.Contains(moved, full => full.EndsWith($"_{type}", StringComparison.Ordinal) && full.Count(c => c == '_') == type.Count(c => c == '_') + (name == "x86-64" ? 3 : 2));
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void What_a_moved_relocation_leaves_behind_is_one_that_the_loader_takes_and_ignores(string name)
    {
        using ArchitectureModule module = new(Compiler.Named(name));
        // apply_relocate_add of arch/powerpc/kernel/module_64.c refuses R_PPC64_NONE. R_PPC64_ENTRY marks the start of a function.
        string expected = name switch
        {
            "x86-64" => "R_X86_64_NONE",
            "s390x" => "R_390_NONE",
            "ppc64le" or "ppc64le, Power10" => "R_PPC64_ENTRY",
            "LoongArch" => "R_LARCH_NONE",
            _ => "R_AARCH64_NONE",
        };
        Assert.Equal(Places(ArchitectureModule.Unexported(module.Path)), Places(Ignored(module.Converted).Except(Ignored(module.Path))));

        IEnumerable<ReadelfRelocation> Ignored(string path) => Readelf.Relocations(path).Where(relocation =>
            relocation.Type == expected && relocation.Symbol.Length == 0 && !relocation.Section.StartsWith(".rela.debug", StringComparison.Ordinal));

        static IEnumerable<string> Places(IEnumerable<ReadelfRelocation> relocations) => relocations.Select(relocation => $"{relocation.Section} {relocation.Offset:x}");
    }

    [Fact]
    public void On_ppc64le_the_table_of_contents_stays_and_the_nop_behind_a_call()
    {
        using ArchitectureModule module = new(Compiler.Named("ppc64le"));
        Assert.Equal("UND", Readelf.Symbols(module.Converted).Single(symbol => symbol.Name == ".TOC.").Index);
        Assert.Equal(TocUsers(module.Path), TocUsers(module.Converted));
        Assert.NotEmpty(TocUsers(module.Converted));
        Assert.Equal(LocalEntries(module.Path), LocalEntries(module.Converted));
        Assert.NotEmpty(LocalEntries(module.Converted));

        // restore_r2 of the module loader replaces the nop by the load of the caller's table of contents.
        const uint nop = 0x60000000;
        byte[] file = File.ReadAllBytes(module.Converted);
        byte[] text = Readelf.Contents(file, Readelf.Sections(module.Converted).Single(section => section.Name == ".text"));
        ReadelfRelocation call = Readelf.Relocations(module.Converted).Single(relocation => relocation.Symbol == ".klp.sym.vmlinux.kernel_function,0");
        Assert.Equal("R_PPC64_REL24", call.Type);
        Assert.Equal(nop, BinaryPrimitives.ReadUInt32LittleEndian(text.AsSpan((int)call.Offset + 4)));

        static string[] TocUsers(string path) => [.. Readelf.Relocations(path).Where(relocation => relocation.Symbol == ".TOC.").Select(LivepatchPart.Line)];

        // Functions with a second entry behind the prologue (st_other).
        static string[] LocalEntries(string path) =>
            [.. Tool.Run("readelf", "-sW", path).Lines.Where(line => line.Contains("[<localentry>: 8]", StringComparison.Ordinal)).Select(line => line.Split(':', 2)[1])];
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void A_module_without_debug_information_is_converted_alike(string name)
    {
        Compiler compiler = Compiler.Named(name);
        using ArchitectureModule module = new(compiler);
        Tool.Run(compiler.Binutil("strip"), "--strip-debug", module.Path, "-o", module.Beside("stripped.ko"));
        ConversionPlan plan = module.Plan(module.Beside("stripped.ko"));
        Expect.NothingWrong(plan.Diagnostics);
        File.WriteAllBytes(module.Beside("stripped-converted.ko"), ConversionApplier.Apply(plan));
        Readelf.AssertAccepts(module.Beside("stripped-converted.ko"));
        Assert.Equal(LivepatchPart.Of(module.Converted), LivepatchPart.Of(module.Beside("stripped-converted.ko")));
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void A_module_without_symbols_is_refused(string name)
    {
        Compiler compiler = Compiler.Named(name);
        using ArchitectureModule module = new(compiler);
        Tool.Run(compiler.Binutil("strip"), "--strip-all", module.Path, "-o", module.Beside("stripped.ko"));
        Diagnostic refusal = Expect.Error(DiagnosticCodes.ModuleMalformed, module.Plan(module.Beside("stripped.ko")).Diagnostics);
        Assert.Contains("Convert before it is stripped", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void Rarely_run_code_serves_the_object_whose_patch_branches_to_it(string name)
    {
        using ArchitectureModule module = new(Compiler.Named(name), Rare("first"), Rare("second"), new SourceFile("main.c", ArchitectureModule.Header + """
            int new_first(int x), new_second(int x);
            static struct klp_func first_functions[] = { { "f", new_first }, { 0 } }, second_functions[] = { { "g", new_second }, { 0 } };
            static struct klp_object objects[] = { { "first", first_functions }, { "second", second_functions }, { 0 } };
            static struct klp_patch patch = { __this_module, objects };
            int init_module(void) { return klp_enable_patch(&patch); }
            """));
        ConversionPlan plan = module.Plan(module.Path);
        // Its loader writes R_PPC64_GOT_PCREL34 with plain stores, into code that is read-only by then.
        if (name == "ppc64le, Power10")
        {
            Assert.Equal(
                ["KLP3018: first", "KLP3018: second"],
                plan.Diagnostics.Where(error => error.Severity == DiagnosticSeverity.Error).Select(error => $"{error.Code}: {error.Message.Split("of the module ")[1].Split(',')[0]}").Order(StringComparer.Ordinal));
            return;
        }

        Expect.NothingWrong(plan.Diagnostics);
        foreach (string target in (string[])["first", "second"])
        {
            // .text.unlikely, or what else the compiler chose.
            string[] sections = [.. Readelf.Relocations(module.Path).Where(relocation => relocation.Symbol == $"{target}_variable").Select(relocation => relocation.Section[".rela".Length..]).Distinct()];
            plan.AssertConverts($"{target}_variable", $"{target}:{target}_variable", [.. sections.Select(section => $".klp.rela.{target}.{section}")]);
        }
    }

    private static SourceFile Rare(string name) => new($"{name}.c", $$"""
        extern int {{name}}_variable;
        int new_{{name}}(int x);
        __attribute__((cold)) int klp_enable_patch(void *patch);
        int new_{{name}}(int x) { return x ? klp_enable_patch(0) + {{name}}_variable : 0; }
        """);
}
