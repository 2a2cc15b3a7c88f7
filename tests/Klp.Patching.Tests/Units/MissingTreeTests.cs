using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Units;

/// <summary>What a patch needs of a tree, and is not there.</summary>
public class MissingTreeTests
{
    [Fact]
    public void A_tree_without_records_is_told_so()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        File.Delete(Path.Combine(tree.Build, "init/.main.o.cmd"));
        DiagnosticBag diagnostics = new();

        Assert.Null(KernelSource.Find(tree.Build, null, diagnostics));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.PatchTreeIncomplete, error.Code);
        Assert.StartsWith(
            $"{tree.Build} has no record of how the kernel was compiled: {tree.Build}/init/.main.o.cmd is missing.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_without_the_list_of_vmlinux_is_told_so()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        File.Delete(Path.Combine(tree.Build, "vmlinux.a"));
        DiagnosticBag diagnostics = new();

        Assert.Null(UnitIndex.Read(tree.Find(), null, diagnostics, CancellationToken.None));

        Assert.StartsWith($"{tree.Build} has neither vmlinux.a nor built-in.a", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_was_removed_is_told_so()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        File.Delete(Path.Combine(tree.Build, "lib/two.o"));
        File.AppendAllText(Path.Combine(tree.Build, ".config"), "CONFIG_ARM64=y\n");
        DiagnosticBag diagnostics = new();

        Assert.Null(tree.CompileUnits(diagnostics, MiniTree.Changed("lib/two.c", "int two(int x) { return x; }\n")));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.PatchTreeIncomplete, error.Code);
        Assert.StartsWith($"{tree.Build}/lib/two.o is missing", error.Message, StringComparison.Ordinal);
        // Without ARCH make configures the tree anew, for the machine that it runs on.
        Assert.Contains($" Build it: make -C {tree.Build} ARCH=arm64 ", error.Message, StringComparison.Ordinal);
    }
}
