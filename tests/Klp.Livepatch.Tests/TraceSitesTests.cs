using Klp.Kernel.Diagnostics;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Tracing;
using Klp.Kernel.Trees;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Where ftrace attaches; that it is so in booted kernels is a test of Klp.Boot.Tests.</summary>
[Trait("Needs", "kernel")]
public class TraceSitesTests
{
    // What gcc makes of CONFIG_CALL_PADDING and CONFIG_DYNAMIC_FTRACE, and the symbol that objtool gives the padding.
    private const string Padded = """
        .text
        .globl __pfx_traced
        .type __pfx_traced, @function
        __pfx_traced: .skip 16, 0x90
        .size __pfx_traced, 16
        .globl traced
        .type traced, @function
        traced: call __fentry__
        ret
        .size traced, . - traced
        .section __patchable_function_entries, "awo", @progbits, .text
        .quad __pfx_traced
        .section __mcount_loc, "a", @progbits
        .quad traced

        """;

    [Fact]
    public void Padding_before_a_function_is_none_of_ftraces_places_on_x86_64()
    {
        using FakeTree files = new();
        using TempFolder folder = new();
        files.Replace(".config", "CONFIG_ARM64=y\n", "CONFIG_X86_64=y\n");
        Tool.Run("x86_64-linux-gnu-gcc", "-c", folder.Write("padded.s", Padded), "-o", folder["padded.o"]);
        string path = files.AddModule("padded.ko", File.ReadAllBytes(folder["padded.o"]));
        TraceSites sites = new(KernelTree.Open(files.Path, new DiagnosticBag())!);

        using Klp.Elf.Image.ElfImage module = Klp.Elf.Image.ElfImage.Open(path);
        Assert.True(sites.Has("padded", Assert.Single(SymbolCandidates.InModule(module, "traced"))));
        Assert.False(sites.Has("padded", Assert.Single(SymbolCandidates.InModule(module, "__pfx_traced"))));
    }
}
