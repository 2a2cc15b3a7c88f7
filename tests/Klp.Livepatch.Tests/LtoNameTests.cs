using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Kernels that were linked by clang, whose names of promoted symbols some versions compare in part only.</summary>
[Trait("Needs", "kernel")]
public sealed class LtoNameTests : IDisposable
{
    private const string Map = """
        ffffffff81000000 T _text
        ffffffff81000010 t helper
        ffffffff81000020 t helper.llvm.4711
        ffffffff81000030 t only.llvm.12
        ffffffff81000040 t traced
        ffffffff81000050 d traced._entry

        """;

    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("6.1.99", null)]
    [InlineData("6.2.0", ".")]
    [InlineData("6.4.6", ".")]
    [InlineData("6.4.7", ".llvm.")]
    [InlineData("6.6.100", ".llvm.")]
    [InlineData("6.10.6", ".llvm.")]
    [InlineData("6.10.7", null)]
    [InlineData("6.12.9", null)]
    public void What_a_version_leaves_out_of_names_matters_with_clangs_link_only(string release, string? suffix)
    {
        Assert.Equal(suffix, Tree(release).IgnoredSuffix);
        Assert.Null(Tree(release, lto: false).IgnoredSuffix);
    }

    [Fact]
    public void A_kernel_that_leaves_the_suffix_out_has_two_of_the_name()
    {
        ConversionPlan plan = Plan("6.6.30", "helper");
        string message = Expect.Error("KLP3002", plan.Diagnostics).Message;
        Assert.Contains("there are 2 symbols of that name", message, StringComparison.Ordinal);
        Assert.Contains("position 1", message, StringComparison.Ordinal);
        Assert.Contains("position 2", message, StringComparison.Ordinal);
        Plan("6.6.30", "only").AssertConverts("only", "vmlinux:only", ".klp.rela.vmlinux..text");
    }

    [Fact]
    public void A_kernel_that_compares_whole_names_has_one_and_none()
    {
        Plan("6.12.9", "helper").AssertConverts("helper", "vmlinux:helper", ".klp.rela.vmlinux..text");
        Assert.Contains("only.llvm.12", Expect.Error("KLP3001", Plan("6.12.9", "only").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_6_5_any_suffix_was_left_out()
    {
        Assert.Contains("there are 2 symbols of that name", Expect.Error("KLP3002", Plan("6.3.9", "traced").Diagnostics).Message, StringComparison.Ordinal);
        Plan("6.6.30", "traced").AssertConverts("traced", "vmlinux:traced", ".klp.rela.vmlinux..text");
    }

    [Theory]
    [InlineData("6.6.30", "helper.llvm.4711", "KLP3020")]
    [InlineData("6.6.30", "helper", "KLP3023")]
    [InlineData("6.6.30", "only", null)]
    [InlineData("6.12.9", "helper.llvm.4711", null)]
    [InlineData("6.12.9", "only", "KLP3020")]
    public void A_function_to_patch_is_found_by_the_name_that_the_kernel_compares(string release, string name, string? code)
    {
        KernelTree tree = Tree(release);
        DiagnosticBag diagnostics = new();
        new PatchedFunctionRules(DemoConversion.ContextFor(tree), tree, diagnostics).Check([new DescribedFunction(name, "vmlinux", "new_function", 0)]);
        Expect.Codes(diagnostics, code is null ? [] : [code]);
        Assert.All(diagnostics.Where(_ => name.StartsWith("helper.", StringComparison.Ordinal)), error => Assert.EndsWith("leaves what begins with '.llvm.' out of the names of vmlinux as it looks for one: write 'helper'.", error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.6.30", ".klp.sym.vmlinux.helper,0", "KLP4031")]
    [InlineData("6.6.30", ".klp.sym.vmlinux.helper,2", null)]
    [InlineData("6.6.30", ".klp.sym.vmlinux.helper.llvm.4711,0", "KLP4030")]
    [InlineData("6.12.9", ".klp.sym.vmlinux.helper,0", null)]
    [InlineData("6.12.9", ".klp.sym.vmlinux.helper,2", "KLP4032")]
    [InlineData("6.12.9", ".klp.sym.vmlinux.helper.llvm.4711,0", null)]
    public void Validation_finds_what_the_kernel_finds(string release, string name, string? code)
    {
        ConversionPlan plan = Plan(release, "only2", "ffffffff81000060 t only2\n");
        ElfObject module = ElfObject.Read(ConversionApplier.Apply(plan), "patch.ko");
        module.Symbols.Single(symbol => symbol.IsLivepatch).Name = name;
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module.ToArray(), "patch.ko", Tree(release, more: "ffffffff81000060 t only2\n"), null, findings);
        Assert.Equal(code is null ? [] : [code], findings.Select(finding => finding.Code).Where(found => found is "KLP4030" or "KLP4031" or "KLP4032"));
    }

    private KernelTree Tree(string release, bool lto = true, string more = "")
    {
        string path = folder[$"{release}-{lto}-{more.Length}"];
        string Write(string name, string text) => folder.Write($"{release}-{lto}-{more.Length}/{name}", text);
        Write("include/generated/utsrelease.h", $"#define UTS_RELEASE \"{release}\"\n");
        Write(".config", "CONFIG_X86_64=y\nCONFIG_LIVEPATCH=y\n" + (lto ? "CONFIG_CC_IS_CLANG=y\nCONFIG_LTO_CLANG=y\nCONFIG_LTO_CLANG_THIN=y\n" : ""));
        Write("Module.symvers", "0x00000000\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\t\n");
        Write("System.map", Map + more);
        return DemoTree.Open(path);
    }

    private ConversionPlan Plan(string release, string name, string more = "")
    {
        string source = folder.Write("user.c", $"extern int {name}(void);\nint user(void) {{ return {name}(); }}\nconst char info[] __attribute__((section(\".modinfo\"), used)) = \"vermagic={release} SMP mod_unload \";\n");
        Tool.Run("x86_64-linux-gnu-gcc", "-c", "-mcmodel=kernel", "-fno-pie", "-fno-asynchronous-unwind-tables", source, "-o", folder["user.o"]);
        return DemoConversion.Plan(folder["user.o"], DemoConversion.ContextFor(Tree(release, more: more)));
    }

    public void Dispose() => folder.Dispose();
}
