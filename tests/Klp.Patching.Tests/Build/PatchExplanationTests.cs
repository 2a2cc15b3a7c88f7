using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;
using Klp.Patching.Tests.Units;

namespace Klp.Patching.Tests.Build;

/// <summary>What a build of patches says of what it did, with the demo kernel.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchExplanationTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DiagnosticBag diagnostics = new();

    [Fact]
    public void A_function_with_a_copy_of_a_changed_inline_function_says_so_with_its_lines()
    {
        const string before = "static inline struct pid *proc_pid(const struct inode *inode)\n{\n";
        PatchExplanation explanation = Explain("fs/proc/internal.h", before, before + "\tif (!inode)\n\t\treturn NULL;\n");

        ExplainedFunction[] functions = [.. explanation.Units.SelectMany(unit => unit.Functions)];
        Assert.NotEmpty(functions);
        Assert.All(functions.Where(function => function.Changes.Count > 0), function => Assert.Equal(("has a copy of proc_pid(), which the patch changes", "proc_pid"), (function.Reason, Assert.Single(function.Changes).Function)));
        Assert.Contains(functions, function => function.Name == "pid_delete_dentry" && function.Changes.Count == 1);
        // Each is shown to have changed, and each has a reason: the copy, or a caller that is lifted.
        Assert.All(functions, function => Assert.True(function.Changes.Count == 1 || function.Reason.StartsWith("calls ", StringComparison.Ordinal), function.Reason));
        Assert.All(functions.Where(function => function.Changes.Count == 1), function => Assert.Contains(function.Listings, listing => listing.Rows.Count > 0));
        Assert.Contains(explanation.Units, unit => unit.IsUnaffected && unit.Functions.Count == 0);
    }

    [Fact]
    public void What_is_lifted_and_what_it_is_lifted_for_both_have_their_reasons()
    {
        PatchExplanation explanation = Explain(
            "kernel/sys.c", "\tup_read(&uts_sem);\n\tif (copy_to_user(name, &tmp", "\tup_read(&uts_sem);\n\ttmp.nodename[0] = 'K';\n\tif (copy_to_user(name, &tmp");

        ExplainedUnit unit = Assert.Single(explanation.Units);
        ExplainedFunction lifted = Assert.Single(unit.Functions);
        Assert.Equal(("__arm64_sys_newuname", "calls __do_sys_newuname(), which changed and cannot be replaced itself"), (lifted.Name, lifted.Reason));
        Assert.Empty(Assert.Single(lifted.Listings).Rows);
        ExplainedPart changed = Assert.Single(unit.Parts, part => part.Name == "__do_sys_newuname");
        Assert.Equal(["\ttmp.nodename[0] = 'K';"], Assert.Single(changed.Changes).Added);
        Assert.Null(changed.Changes[0].Function);
        Assert.Equal(("fix.patch", "+\ttmp.nodename[0] = 'K';"), (changed.Changes[0].Patch, File.ReadAllLines(folder["fix.patch"])[changed.Changes[0].PatchLine - 1]));
        Assert.Contains(changed.Listing!.Rows, row => row.Kind == ListingRowKind.Added);
    }

    [Fact]
    public void A_refused_patch_is_explained_as_far_as_it_was_understood()
    {
        PatchExplanation explanation = Explain("fs/proc/meminfo.c", "pde_make_permanent(pde);", "pde_make_permanent(pde); pr_info(\"klp\\n\");");

        Assert.True(explanation.IsRefused);
        Assert.Equal("KLP7007", Assert.Single(explanation.Findings).Code);
        Assert.StartsWith("fix.patch:", explanation.Findings[0].Place, StringComparison.Ordinal);
        ExplainedUnit unit = Assert.Single(explanation.Units);
        Assert.True(unit.IsProved);
        ExplainedFunction changed = Assert.Single(unit.Functions);
        Assert.Equal(("proc_meminfo_init", "", 1), (changed.Name, changed.NewName, changed.Changes.Count));
    }

    [Fact]
    public void A_patch_that_does_not_compile_has_its_units_without_proof()
    {
        PatchExplanation explanation = Explain("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_printf(m, no_such_banner,");

        Assert.Equal("KLP7015", explanation.Findings[0].Code);
        Assert.False(Assert.Single(explanation.Units).IsProved);
        Assert.Equal("fs/proc/version.c", Assert.Single(explanation.Files).Path);
    }

    [Fact]
    public void The_patches_and_the_kernel_are_named()
    {
        PatchExplanation explanation = Explain("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,");

        ExplainedPatch patch = Assert.Single(explanation.Patches);
        Assert.Equal(("fix.patch", Tool.Run("sha256sum", folder["fix.patch"]).Output.Split(' ')[0]), (patch.Name, patch.Sha256));
        Assert.Equal((DemoUnits.Kernel.Release, "arm64"), (explanation.Kernel!.Release, explanation.Kernel.Architecture));
        Assert.Contains($"Build ID: {explanation.Kernel.BuildId}", Tool.Run("readelf", "-nW", Path.Combine(DemoKernelTree.Path, "vmlinux")).Output, StringComparison.Ordinal);
        Assert.Contains(explanation.Kernel.Compiler!, Tool.Run("readelf", "-p", ".comment", Path.Combine(DemoKernelTree.Path, "vmlinux")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_objdump_all_else_is_told_and_that_it_is_missing()
    {
        PatchExplanation explanation = Explain(
            "fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"klp \");\n\tseq_printf(m, linux_proc_banner,", crossCompile: "no-such-machine-");

        Assert.Equal(["no-such-machine-objdump is not installed, so there is no disassembly."], explanation.Notes);
        ExplainedFunction function = Assert.Single(Assert.Single(explanation.Units).Functions);
        Assert.Equal(("changed", 1, 0), (function.Reason, function.Changes.Count, function.Listings.Count));
        Assert.False(explanation.IsRefused);
    }

    public void Dispose() => folder.Dispose();

    private PatchExplanation Explain(string path, string old, string made, string? crossCompile = null)
    {
        string original = File.ReadAllText(Path.Combine(DemoUnits.Source.Root, path));
        Assert.Contains(old, original, StringComparison.Ordinal);
        string a = folder.Write("a/" + path, original), b = folder.Write("b/" + path, original.Replace(old, made, StringComparison.Ordinal));
        string diff = Tool.RunFailing("diff", "-u", "--label", "a/" + path, "--label", "b/" + path, a, b).Output;
        PatchBuild build = new(new PatchRequest
        {
            Kernel = DemoUnits.Kernel with { Database = folder["cache/symbols.klp"], CrossCompile = crossCompile ?? DemoUnits.Kernel.CrossCompile },
            Patches = [new PatchInput(folder.Write("fix.patch", diff), 1, null)],
            WorkDirectory = folder["work"],
            Disassembles = true,
        });
        _ = build.Run(diagnostics, CancellationToken.None);
        return build.Explanation!;
    }
}
