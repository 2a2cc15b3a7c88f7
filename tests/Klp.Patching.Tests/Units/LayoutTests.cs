using Klp.Elf.Model;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Units;

/// <summary>A build in the source, in a folder of it, and elsewhere: the records name files in other ways.</summary>
public class LayoutTests
{
    public static TheoryData<string> Layouts => MiniTree.Layouts;

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Files_are_found_in_the_records(string layout)
    {
        using MiniTree tree = new(layout);
        UnitIndex index = tree.Index();

        Assert.Equal(["lib/one.o", "lib/sub/three.o"], index.Find(["lib/part.h"]).Units.Select(unit => unit.Object));
        Assert.Equal(["lib/one.o", "lib/two.o"], index.Find(["include/all.h"]).Units.Select(unit => unit.Object));
        Assert.All(index.Find(["include/all.h"]).Units, unit => Assert.Equal("vmlinux", unit.ObjectName));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void What_differs_is_compiled_from_the_patched_files_and_the_trees_stay_as_they_are(string layout)
    {
        using MiniTree tree = new(layout);
        string[] before = tree.Listing();
        DiagnosticBag diagnostics = new();

        IReadOnlyList<CompiledUnit>? units = tree.CompileUnits(
            diagnostics,
            MiniTree.Changed("lib/part.h", "static inline int part(int x) { return x * 7; }\n"),
            MiniTree.Changed("lib/two.c", "#include <all.h>\n\nint two(int x) { return twice(x) - 5; }\n"));

        Assert.Empty(diagnostics);
        Assert.Equal(
            [("lib/one.o", false), ("lib/sub/three.o", false), ("lib/two.o", true)],
            units!.Select(unit => (unit.Unit.Object, unit.IsUnaffected)));
        // What __FILE__ gives stays what it was: only the changed functions differ.
        foreach (CompiledUnit unit in units!.Where(unit => !unit.IsUnaffected))
        {
            string name = Path.GetFileNameWithoutExtension(unit.Unit.Object);
            ElfObject original = ElfObject.Read(unit.Original!, "o"), patched = ElfObject.Read(unit.Patched!, "p");
            Assert.NotEqual(Contents(original, $".text.{name}"), Contents(patched, $".text.{name}"));
            string strings = original.Sections.Select(section => section.Name).Single(section => section.StartsWith(".rodata", StringComparison.Ordinal));
            Assert.Equal(Contents(original, strings), Contents(patched, strings));
        }

        Assert.Equal(before, tree.Listing());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_new_header_is_found_by_the_files_that_include_it(string layout)
    {
        using MiniTree tree = new(layout);
        DiagnosticBag diagnostics = new();

        IReadOnlyList<CompiledUnit>? units = tree.CompileUnits(
            diagnostics,
            MiniTree.Changed("lib/new/more.h", "static inline int more(int x) { return x + 100; }\n", isNew: true),
            MiniTree.Changed("lib/sub/three.c", "#include \"../part.h\"\n#include \"../new/more.h\"\nconst char *three_file(void) { return __FILE__; }\nint three(int x) { return more(part(x)); }\n"));

        Assert.Empty(diagnostics);
        Assert.Equal("lib/sub/three.o", Assert.Single(units!).Unit.Object);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_new_header_is_compiled_where_it_comes_before_another_or_was_asked_for_in_vain(string layout)
    {
        using MiniTree tree = new(layout);
        // What a source includes in quotes is looked for beside it first, then on the include path.
        AssertChanges("lib/sub/generated/made.h", "#define MADE 5\n");
        AssertChanges("lib/sub/wish.h", "#undef MADE\n#define MADE 6\n");
        if (layout != MiniTree.InSource)
            AssertChanges("include/generated/made.h", "#define MADE 7\n");

        void AssertChanges(string path, string contents)
        {
            DiagnosticBag diagnostics = new();
            IReadOnlyList<CompiledUnit>? units = tree.CompileUnits(diagnostics, MiniTree.Changed(path, contents, isNew: true));
            Assert.Empty(diagnostics);
            CompiledUnit unit = Assert.Single(units!);
            Assert.Equal(("lib/sub/four.o", false), (unit.Unit.Object, unit.IsUnaffected));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_header_that_the_build_made_is_read_where_it_is(string layout)
    {
        using MiniTree tree = new(layout);
        DiagnosticBag diagnostics = new();

        IReadOnlyList<CompiledUnit>? units = tree.CompileUnits(
            diagnostics, MiniTree.Changed("lib/sub/four.c", "#include \"generated/made.h\"\nint four(void) { return MADE + 1; }\n"));

        Assert.Empty(diagnostics);
        Assert.False(Assert.Single(units!).IsUnaffected);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void An_original_that_is_read_after_all_is_told(string layout)
    {
        using MiniTree tree = new(layout);
        KernelSource source = tree.Find();
        OverlaidFile file = MiniTree.Changed("lib/part.h", "static inline int part(int x) { return x * 7; }\n");
        IReadOnlyList<KernelUnit> units = tree.Index().Find([file.Path]).Units;
        SourceOverlay overlay = new(source, tree.Work("overlay"));
        // As if nothing were known of lib/sub/../part.h: lib/sub is a link then.
        overlay.Make([file], []);
        DiagnosticBag diagnostics = new();

        Assert.Null(tree.CompileUnits(diagnostics, source, overlay, units, file));

        Diagnostic leak = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.OverlayLeak, leak.Code);
        Assert.StartsWith(
            "The compile of lib/sub/three.c read the original of lib/part.h and not the patched file: it is reached as lib/sub/../part.h.",
            leak.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_source_that_is_newer_than_the_kernel_is_told(string layout)
    {
        using MiniTree tree = new(layout);
        tree.Write("lib/two.c", "#include <all.h>\nint two(int x) { return twice(x) - 6; }\n");
        DiagnosticBag diagnostics = new();

        Assert.Null(tree.CompileUnits(diagnostics, MiniTree.Changed("lib/two.c", "#include <all.h>\nint two(int x) { return twice(x) - 7; }\n")));

        Diagnostic stale = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticCodes.OriginalDiffers, stale.Code);
        Assert.Contains("does not give the kernel's own lib/two.o: two+0x4 (.text): the bytes are ", stale.Message, StringComparison.Ordinal);
        Assert.Contains($"{tree.Source}/lib/two.c is newer than the object", stale.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void What_the_compiler_says_is_told_at_the_patchs_lines(string layout)
    {
        using MiniTree tree = new(layout);
        OverlaidFile warned = MiniTree.Changed("lib/two.c", "#include <all.h>\nint two(int x)\n{\n\tint unused;\n\treturn twice(x) - 6;\n}\n");
        DiagnosticBag diagnostics = new();
        Assert.NotNull(tree.CompileUnits(diagnostics, warned with { IsChanged = line => line == 4, PatchedLineOf = line => line }));
        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal((DiagnosticCodes.CompilerWarning.Code, DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.StartsWith("lib/two.c:4: unused variable 'unused'", warning.Message, StringComparison.Ordinal);
        Assert.Equal(new SourcePlace("fix.patch", 4), warning.Place);

        // The kernel's own lines are not the patch's to correct.
        diagnostics = new DiagnosticBag();
        Assert.NotNull(tree.CompileUnits(diagnostics, warned with { IsChanged = line => line == 5 }));
        Assert.Empty(diagnostics);

        // An error in a header, of the first object that reads it.
        diagnostics = new DiagnosticBag();
        Assert.Null(tree.CompileUnits(diagnostics, MiniTree.Changed("lib/part.h", "\nstatic inline int part(int x) { return y; }\n")));
        Diagnostic error = Assert.Single(diagnostics, problem => problem.Severity == DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCodes.PatchedSourceError, error.Code);
        Assert.StartsWith("The patched source does not compile: lib/part.h:2:40: 'y' undeclared", error.Message, StringComparison.Ordinal);
        Assert.Equal(new SourcePlace("fix.patch", 2), error.Place);
    }

    [Fact]
    public void A_source_that_was_moved_is_found_by_its_new_name()
    {
        using MiniTree tree = new(MiniTree.Unmapped);
        string moved = tree.Work("moved");
        Directory.CreateDirectory(tree.Work(""));
        Directory.Move(tree.Source, moved);
        DiagnosticBag diagnostics = new();
        Assert.Null(KernelSource.Find(tree.Build, null, diagnostics));
        Assert.Equal(DiagnosticCodes.PatchTreeIncomplete, Assert.Single(diagnostics).Code);

        KernelSource source = tree.Find(moved);
        OverlaidFile file = MiniTree.Changed(
            "lib/one.c", "#include <all.h>\n#include \"part.h\"\nconst char *one_file(void) { return __FILE__; }\nint one(int x) { return part(twice(x)) + 1; }\n");
        IReadOnlyList<KernelUnit> units = UnitIndex.Read(source, null, new DiagnosticBag(), CancellationToken.None)!.Find([file.Path]).Units;
        SourceOverlay overlay = new(source, tree.Work("overlay"));
        overlay.Make([file], units.SelectMany(unit => unit.Dependencies));
        DiagnosticBag problems = new();
        CompiledUnit unit = Assert.Single(tree.CompileUnits(problems, source, overlay, units, file)!);

        Assert.Empty(problems);
        Assert.False(unit.IsUnaffected);
    }

    private static byte[] Contents(ElfObject elf, string section) => ((ElfDataSection)elf.FindSection(section)!).Contents.ToArray();
}
