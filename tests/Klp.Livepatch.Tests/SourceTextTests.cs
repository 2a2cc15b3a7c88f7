using Klp.Kernel.Diagnostics;
using Klp.Kernel.Kallsyms;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Files that are not the text that their option asks for: empty, binary, compressed.</summary>
[Trait("Needs", "kernel")]
public sealed class SourceTextTests : IDisposable
{
    private readonly TempFolder folder = new();

    public static TheoryData<string> Readers => ["kallsyms", "System.map", "Module.symvers", "database"];

    [Theory]
    [InlineData("kallsyms", "")]
    [InlineData("kallsyms", "ffff800080000000 t name\t[zram]\n")]
    [InlineData("System.map", "")]
    [InlineData("System.map", "0000000000000000 A absolute\n")]
    public void A_list_without_symbols_of_the_kernel_is_an_error(string reader, string text)
    {
        Diagnostic error = Refusal(reader, System.Text.Encoding.Latin1.GetBytes(text));
        Assert.Equal(("KLP2002", new SourcePlace(folder[reader])), (error.Code, error.Place!));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void What_the_terminal_would_obey_is_written_out(string reader)
    {
        string message = Refusal(reader, [0x1b, .. "[31mred"u8, 0, 7, 0x9b, .. "\r\n"u8]).Message;
        Assert.Contains(@"""\x1b[31mred\x00\x07\x9b""", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_long_line_is_cut(string reader)
    {
        string message = Refusal(reader, [.. Enumerable.Repeat((byte)'x', 100_000)]).Message;
        Assert.Contains($"\"{new string('x', 80)}...\"", message, StringComparison.Ordinal);
        Assert.True(message.Length < 400, message);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_compressed_file_is_said_to_be_compressed(string reader)
    {
        folder.Write("text", "text\n");
        Tool.Run("gzip", folder["text"]);
        Assert.Contains("is compressed", Refusal(reader, File.ReadAllBytes(folder["text.gz"])).Message, StringComparison.Ordinal);
        Assert.Contains("is compressed", Refusal(reader, ZstdFrame.Store([.. "text\n"u8])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_before_the_first_object_is_written_out()
    {
        string path = folder.Write("symbols.klp", "klp-convert-symbol-data.0.1\n\x1b[2J\n*vmlinux\n");
        DiagnosticBag diagnostics = new();
        DemoTree.OpenDatabase(path).Find([], diagnostics);
        Assert.Contains(@"""\x1b[2J""", Expect.Error("KLP2001", diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_that_ends_in_a_question_gets_no_full_stop()
    {
        string vmlinux = folder["vmlinux"];
        Tool.Run(Tool.Arm64 + "objcopy", "--strip-symbol=kallsyms_names", DemoTree.Vmlinux, vmlinux);
        DiagnosticBag diagnostics = new();
        Assert.Null(SymbolDatabase.Read(new SymbolSources { VmlinuxPath = vmlinux }, diagnostics));
        string message = Expect.Error("KLP2002", diagnostics).Message;
        Assert.Contains("? Build or install", message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Diagnostic Refusal(string reader, byte[] contents)
    {
        string path = folder.Write(reader, contents);
        DiagnosticBag diagnostics = new();
        switch (reader)
        {
            case "kallsyms":
                KallsymsDump.Read(path, null, diagnostics);
                break;
            case "System.map":
                Assert.Empty(SystemMap.ReadNames(path, diagnostics));
                break;
            case "Module.symvers":
                ModuleSymvers.Read(path, diagnostics);
                break;
            default:
                Assert.Null(SymbolDatabase.Open(path, diagnostics));
                break;
        }

        return Assert.Single(diagnostics);
    }
}
