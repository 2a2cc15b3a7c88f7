using Klp.Elf.Model;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Patching.Tests.Units;

namespace Klp.Patching.Tests.Diff;

/// <summary>Differences of the demo kernel's own units, in the form that a patch's build compares and in that of the kernel's build.</summary>
[Trait("Needs", "kernel")]
public class KernelUnitDiffTests
{
    [Theory]
    [InlineData("fs/proc/meminfo.c", "\tsi_meminfo(&i);", "\tsi_meminfo(&i);\n\ti.totalram++;", "meminfo_proc_show")]
    [InlineData("kernel/reboot.c", "pr_emerg(\"Restarting system\\n\");", "pr_emerg(\"Restarting the system\\n\");", "kernel_restart")]
    [InlineData("mm/oom_kill.c", "\tlong points;\n\tlong adj;\n", "\tlong points;\n\tlong adj;\n\n\tasm volatile(\"nop\");\n", "oom_badness")]
    public void A_change_is_one_of_the_same_function_in_an_object_with_sections_and_in_the_kernels_own(string path, string old, string made, string function)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        CompiledUnit unit = Assert.Single(DemoUnits.Compile(folder, diagnostics, DemoUnits.Change(path, old, made))!);
        Assert.Empty(diagnostics);

        DiffSummary sections = Compare(unit.Original!, unit.Patched!);
        DiffSummary plain = Compare(unit.Tree, File.ReadAllBytes(Path.Combine(folder["units"], unit.Unit.Object, "patched.o")));

        Assert.Contains(function, sections.Functions.Changed.Select(part => part.Name));
        Assert.Equal(Names(sections), Names(plain));
        Assert.Equal(sections.Functions.Unchanged, plain.Functions.Unchanged);
        Assert.DoesNotContain(sections.Notes, note => note.Kind == DiffNoteKind.UnknownTable);
        Assert.Contains(".text", Assert.Single(plain.Notes, note => note.Kind == DiffNoteKind.SharedCode).Names);
    }

    [Fact]
    public void Every_object_of_the_kernels_build_does_the_same_as_itself()
    {
        int count = 0;
        List<string> different = [];
        foreach (string path in Directory.EnumerateFiles(DemoKernelTree.Path, "*.o", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // Only what the build compiled has a record that names its source, which is the only one then.
            string record = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.cmd");
            if (!File.Exists(record) || !File.ReadLines(record).Any(line => line.StartsWith("source_", StringComparison.Ordinal) && line.EndsWith(".c", StringComparison.Ordinal)))
                continue;
            byte[] bytes = File.ReadAllBytes(path);
            if (ElfObject.Read(bytes, path).Header.Machine != Klp.Elf.Constants.ElfMachine.AArch64)
                continue;
            // Where a function uses two static variables of one name it is said that they cannot be told apart.
            DiffSummary summary = Compare(bytes, [.. bytes]);
            if (!summary.IsEmpty && !summary.Notes.Any(note => note.Kind == DiffNoteKind.Ambiguous))
                different.Add(path);
            count++;
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.True(count > 500, $"{count}");
    }

    private static string[] Names(DiffSummary summary) => [.. summary.Functions.Changed.Select(part => part.Name).Order(StringComparer.Ordinal)];

    private static DiffSummary Compare(byte[] original, byte[] patched)
    {
        DiagnosticBag diagnostics = new();
        UnitDiff? diff = ObjectPair.Compare(ElfObject.Read(original, "original.o"), ElfObject.Read(patched, "patched.o"), diagnostics);
        Assert.Empty(diagnostics);
        return DiffSummary.Of(diff!);
    }
}
