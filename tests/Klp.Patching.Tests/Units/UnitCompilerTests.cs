using System.Diagnostics;
using Klp.Elf.Model;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Units;

[Trait("Needs", "kernel")]
public class UnitCompilerTests
{
    [Fact]
    public void A_changed_function_comes_with_its_original()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        OverlaidFile file = DemoUnits.Change("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_puts(m, \"patched \"); seq_printf(m, linux_proc_banner,");
        Stopwatch watch = Stopwatch.StartNew();

        IReadOnlyList<CompiledUnit>? units = DemoUnits.Compile(folder, diagnostics, file);

        TimeSpan cold = watch.Elapsed;
        Assert.Empty(diagnostics);
        CompiledUnit unit = Assert.Single(units!);
        Assert.False(unit.IsUnaffected);
        Assert.NotNull(ElfObject.Read(unit.Original!, "o").FindSection(".text.version_proc_show"));
        Assert.NotNull(ElfObject.Read(unit.Patched!, "o").FindSection(".text.version_proc_show"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(DemoKernelTree.Path, "fs/proc/version.o")), unit.Tree);
        Assert.False(unit.IsOriginalCached);

        watch.Restart();
        CompiledUnit again = Assert.Single(DemoUnits.Compile(folder, diagnostics, file)!);
        Console.WriteLine($"one unit: cold {cold.TotalMilliseconds:f0} ms, original cached {watch.ElapsedMilliseconds} ms");
        Assert.True(again.IsOriginalCached);
        Assert.Equal(unit.Original, again.Original);
        Assert.Equal(unit.Patched, again.Patched);
    }

    [Fact]
    public void Random_sources_give_the_kernels_own_objects()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        // A number of its own in every run, told when it fails.
        int seed = Random.Shared.Next();
        string[] sources = [.. Sources()];
        new Random(seed).Shuffle(sources);
        string[] sample = sources[..10];
        OverlaidFile[] files = [.. sample.Select(path => DemoUnits.Change(path, text => text + "/* nothing */\n"))];
        KernelUnit[] units = [.. DemoUnits.Index.Find(sample).Units];
        Stopwatch watch = Stopwatch.StartNew();

        IReadOnlyList<CompiledUnit>? compiled = DemoUnits.Compile(folder, diagnostics, units, files);

        Console.WriteLine($"{units.Length} unaffected units: {watch.ElapsedMilliseconds} ms");
        Assert.True(diagnostics.Count == 0, $"seed {seed}: {string.Join('\n', diagnostics)}");
        Assert.All(compiled!, unit => Assert.True(unit.IsUnaffected, $"seed {seed}: {unit.Unit.Object}"));
    }

    [Fact]
    public void An_error_is_at_the_line_of_the_patched_file_and_in_the_patch()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        OverlaidFile file = DemoUnits.Change("fs/proc/version.c", "seq_printf(m, linux_proc_banner,", "seq_printf(m, no_such_banner,");
        int line = System.Text.Encoding.Latin1.GetString(file.Contents!).Split("no_such_banner")[0].Count(c => c == '\n') + 1;

        Assert.Null(DemoUnits.Compile(folder, diagnostics, file));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.PatchedSourceError, error.Code);
        Assert.StartsWith($"The patched source does not compile: fs/proc/version.c:{line}:23: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("no_such_banner", error.Message, StringComparison.Ordinal);
        Assert.Equal(new SourcePlace("fix.patch", line + 1000), error.Place);
    }

    // A real compiler in real want: of room for its object, of memory, and of open files.
    [Theory]
    [InlineData("--nofile=4")]
    [InlineData("--fsize=4096")]
    [InlineData("--as=48000000")]
    public void A_compile_that_the_machine_keeps_from_its_end_is_no_fault_of_the_source(string limit)
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        OverlaidFile file = DemoUnits.Change("fs/proc/version.c", text => text + "/* nothing */\n");

        Assert.Null(DemoUnits.Compile(folder, diagnostics, $"prlimit {limit}", DemoUnits.Index.Find([file.Path]).Units, file));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.CompileNotDone.Code, error.Code);
        Assert.StartsWith("The compile of fs/proc/version.o did not come to its end: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_an_object_of_another_image_is_refused_and_of_none_passed_over()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        // Read by code of the kernel, and by that before it is mapped.
        OverlaidFile comment = DemoUnits.Change("arch/arm64/kernel/pi/pi.h", text => text + "/* nothing */\n");
        Assert.Empty(DemoUnits.Compile(folder, diagnostics, comment)!);
        Assert.Empty(diagnostics);

        OverlaidFile code = DemoUnits.Change("arch/arm64/kernel/pi/map_range.c", "start	&= PAGE_MASK;", "start &= ~3UL;");
        Assert.Null(DemoUnits.Compile(folder, diagnostics, code));
        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.ObjectNotPatchable, error.Code);
        Assert.StartsWith(
            "The patch changes arch/arm64/kernel/pi/map_range.o, which belongs to the code that runs before the kernel is mapped: ", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_what_a_header_is_generated_from_is_refused()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        Assert.NotNull(DemoUnits.Compile(folder, diagnostics, DemoUnits.Change("kernel/bounds.c", "int main(void)\n", "/* nothing */\nint main(void)\n")));
        Assert.Empty(diagnostics);

        Assert.Null(DemoUnits.Compile(folder, diagnostics, DemoUnits.Change("kernel/bounds.c", "sizeof(spinlock_t)", "sizeof(spinlock_t) + 1")));
        Assert.StartsWith("The patch changes kernel/bounds.s, of which the build generates a header: it has SPINLOCK_SIZE ", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_the_linkers_script_is_refused()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        const string header = "include/asm-generic/vmlinux.lds.h";
        DemoUnits.Compile(folder, diagnostics, DemoUnits.Change(header, text => text + "/* nothing */\n"));
        Assert.Empty(diagnostics);

        Assert.Null(DemoUnits.Compile(folder, diagnostics, DemoUnits.Change(header, "#define LOAD_OFFSET 0\n", "#define LOAD_OFFSET 1\n")));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Message.StartsWith("The patch changes arch/arm64/kernel/vmlinux.lds, by which the build links: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_header_of_many_objects_affects_those_that_use_what_changes()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        string[] before = MiniTree.Listing(Path.Combine(DemoKernelTree.Path, "fs"), Path.Combine(DemoUnits.Source.Root, "fs"));
        OverlaidFile file = DemoUnits.Change("fs/proc/internal.h", "return PROC_I(inode)->pid;", "return inode ? PROC_I(inode)->pid : 0;");
        Stopwatch watch = Stopwatch.StartNew();

        IReadOnlyList<CompiledUnit>? units = DemoUnits.Compile(folder, diagnostics, file);

        Console.WriteLine($"{units?.Count} units of a header: {watch.ElapsedMilliseconds} ms");
        Assert.Empty(diagnostics);
        Assert.True(units!.Count > 15);
        Assert.Contains(units, unit => !unit.IsUnaffected);
        Assert.Contains(units, unit => unit.IsUnaffected);
        Assert.Equal(before, MiniTree.Listing(Path.Combine(DemoKernelTree.Path, "fs"), Path.Combine(DemoUnits.Source.Root, "fs")));
    }

    private static IEnumerable<string> Sources() =>
        from folder in new[] { "fs", "kernel", "mm", "drivers", "lib", "block" }
        from path in Directory.EnumerateFiles(Path.Combine(DemoKernelTree.Path, folder), "*.o", SearchOption.AllDirectories)
        let source = Path.ChangeExtension(Path.GetRelativePath(DemoKernelTree.Path, path), ".c")
        where File.Exists(Path.Combine(DemoUnits.Source.Root, source)) && DemoUnits.Index.Find([source]).Units is [{ IsPatchable: true }]
        select source;
}
