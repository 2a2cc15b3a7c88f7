using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>What is said of the functions that a project describes, at the place in the project.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchedFunctionRulesTests
{
    private static readonly SourcePlace Item = new("patch.csproj", 7, 5);

    [Theory]
    [InlineData("cmdline_proc_show", "vmlinux", 0)]
    [InlineData("init_once", "vmlinux", 2)]
    [InlineData("initstate_show", "zram", 0)]
    public void A_function_of_the_kernel_is_in_order(string name, string objectName, int position) =>
        Expect.Nothing(Check(name, objectName, position));

    [Theory]
    [InlineData("cmdline_proc_shw", "vmlinux", "Did you mean 'cmdline_proc_show'?")]
    [InlineData("cmdline_porc_show", "vmlinux", "Did you mean 'cmdline_proc_show'?")]
    [InlineData("proc_cmdline_show", "vmlinux", "Did you mean 'cmdline_proc_show'?")]
    [InlineData("initstate_sow", "zram", "Did you mean 'initstate_show'?")]
    public void A_slip_is_an_error_with_the_name_that_was_meant(string name, string objectName, string question)
    {
        string message = Error("KLP3020", name, objectName);
        Assert.Contains($"'{name}' is no function of {objectName}, which has no symbol of that name.", message, StringComparison.Ordinal);
        Assert.EndsWith(question, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_like_none_may_have_been_inlined() =>
        Assert.EndsWith("then patch the functions that call it.", Error("KLP3020", "xyzzy_plugh_qwerty"), StringComparison.Ordinal);

    [Fact]
    public void A_function_of_another_object_is_told() =>
        Assert.Contains("no symbol of that name (but zram has one)", Error("KLP3020", "initstate_show"), StringComparison.Ordinal);

    [Fact]
    public void A_function_of_which_there_are_only_clones_is_told()
    {
        string name = Nm.Names(DemoTree.Vmlinux).First(name => name.EndsWith(".isra.0", StringComparison.Ordinal));
        Assert.Contains($"The compiler made other versions of it: {name}", Error("KLP3020", name[..^".isra.0".Length]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_that_there_is_not_is_an_error_with_those_that_there_are()
    {
        string message = Error("KLP3020", "init_once", position: 99);
        Assert.Contains($"has {HostWord.Position}\"99\", and vmlinux has ", message, StringComparison.Ordinal);
        Assert.Contains("\n    vmlinux, position 1: function of ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_no_function() =>
        Assert.Contains("'totalreserve_pages' is no function: vmlinux has data of that name, 8 bytes.", Error("KLP3021", "totalreserve_pages"), StringComparison.Ordinal);

    [Fact]
    public void A_function_of_the_start_is_told() =>
        Assert.Contains("'do_early_param' of vmlinux is __init: the kernel frees it", Error("KLP3022", "do_early_param"), StringComparison.Ordinal);

    [Fact]
    public void A_function_of_a_modules_start_is_told()
    {
        string name = Readelf.Symbols(DemoTree.Module("zram")).First(symbol => symbol.Type == "FUNC" && symbol.Index != "UND" && Readelf.Sections(DemoTree.Module("zram"))[int.Parse(symbol.Index, System.Globalization.CultureInfo.InvariantCulture)].Name == ".init.text").Name;
        Assert.Contains($"'{name}' is __init in zram: it runs once", Error("KLP3022", name, "zram"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_without_an_entry_of_ftrace_is_told()
    {
        string message = Error("KLP3022", "arch_ftrace_ops_list_func");
        Assert.Contains("has no entry of ftrace, so it cannot be patched: it is notrace", message, StringComparison.Ordinal);
        Assert.Contains("failed to find location for function 'arch_ftrace_ops_list_func'", message, StringComparison.Ordinal);
    }

    // Oracle: what the compiler of each object was called with, which kbuild saves beside it.
    [Fact]
    public void An_ambiguous_function_is_an_error_with_the_source_of_each()
    {
        string[] lines = Error("KLP3023", "init_once").Split('\n');
        string[] sources = [.. lines.Where(line => line.StartsWith("    vmlinux, position ", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf(" in ", StringComparison.Ordinal) + 4)..])];
        Assert.True(sources.Length > 1);
        Assert.Equal(ObjectsWith("init_once"), sources.Order(StringComparer.Ordinal));
        Assert.EndsWith($"for the first of them {HostWord.Position}\"1\".", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_of_each_position_is_the_one_that_has_its_code()
    {
        foreach (SymbolCandidate symbol in new ObjectSymbols(DemoTree.Tree).Describe("vmlinux", "init_once"))
        {
            string objectFile = DemoTree.File(Path.ChangeExtension(symbol.SourceFile!, ".o"));
            Assert.Contains(Readelf.Symbols(objectFile), own => own.Name == "init_once" && own.Size == symbol.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Data_of_one_name_has_its_source_too()
    {
        IReadOnlyList<SymbolCandidate> symbols = new ObjectSymbols(DemoTree.Tree).Describe("vmlinux", "reserved_mem_count");
        Assert.Equal(ObjectsWith("reserved_mem_count"), symbols.Select(symbol => symbol.SourceFile).Order(StringComparer.Ordinal));
    }

    private static string[] ObjectsWith(string name) =>
    [
        .. Directory.EnumerateFiles(DemoTree.Path, "*.o", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => File.Exists(Saved(file)) && !File.ReadLines(Saved(file)).First().Contains("-DMODULE ", StringComparison.Ordinal))
            .Select(file => (File: file, Source: File.ReadLines(Saved(file)).FirstOrDefault(line => line.StartsWith("source_", StringComparison.Ordinal))))
            .Where(found => found.Source is not null && Readelf.Symbols(found.File).Any(symbol => symbol.Name == name && symbol.Index != "UND"))
            .Select(found => Path.ChangeExtension(Path.GetRelativePath(DemoTree.Path, found.File), Path.GetExtension(found.Source)))
            .Order(StringComparer.Ordinal),
    ];

    private static string Saved(string file) => Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.cmd");

    private static string Error(string code, string name, string objectName = "vmlinux", int position = 0)
    {
        Diagnostic error = Expect.Error(code, Check(name, objectName, position));
        Assert.Equal(Item, error.Place);
        return error.Message;
    }

    private static DiagnosticBag Check(string name, string objectName, int position)
    {
        DiagnosticBag diagnostics = new();
        new PatchedFunctionRules(DemoConversion.Context, DemoTree.Tree, diagnostics).Check([new DescribedFunction(name, objectName, "livepatch_" + name, position, Item)]);
        return diagnostics;
    }
}
