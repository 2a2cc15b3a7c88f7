using Klp.Kbuild.Disassembly;
using Klp.Patching.Diff;
using Klp.Patching.Tests.Extraction;

namespace Klp.Patching.Tests.Reports;

/// <summary>Two versions of a function beside each other, as the cross compiler makes them and the cross objdump prints them.</summary>
public sealed class ListingTests : IDisposable
{
    private const string Source = """
        extern int first(int), second(int), third(const char *);
        int work(int x)
        {
            for (int i = 0; i < x; i++) {
                if (first(i))
                    continue;
                second(x);
            }
            third("before");
            return x;
        }

        """;

    private readonly SmallKernel kernel = new(Source);
    private readonly TempFolder folder = new();

    [Fact]
    public void Of_an_instruction_that_is_added_nothing_differs_but_it()
    {
        // Branches reach over it, and all that is behind it is elsewhere.
        IReadOnlyList<ListingRow> rows = Rows("second(x);", "__asm__ volatile(\"yield\"); second(x);");

        ListingRow added = Assert.Single(rows, row => row.Kind is not (ListingRowKind.Same or ListingRowKind.Skipped));
        Assert.Equal((ListingRowKind.Added, "yield"), (added.Kind, added.Patched!.Text));
    }

    [Fact]
    public void A_call_of_another_function_differs_by_its_relocation_alone()
    {
        IReadOnlyList<ListingRow> rows = Rows("second(x);", "first(x);");

        ListingRow changed = Assert.Single(rows, row => row.Kind is not (ListingRowKind.Same or ListingRowKind.Skipped));
        Assert.Equal(("bl", "bl"), (changed.Original!.Text, changed.Patched!.Text));
        Assert.Equal(("R_AARCH64_CALL26 second", "R_AARCH64_CALL26 first"), (changed.Original.Reference, changed.Patched.Reference));
    }

    [Fact]
    public void Strings_are_told_apart_by_their_contents()
    {
        IReadOnlyList<ListingRow> rows = Rows("\"before\"", "\"after\\n\"");

        ListingRow[] changed = [.. rows.Where(row => row.Kind is not (ListingRowKind.Same or ListingRowKind.Skipped))];
        Assert.NotEmpty(changed);
        Assert.All(changed, row => Assert.Equal(ListingRowKind.Changed, row.Kind));
        Assert.Contains(changed, row => row.Original!.Reference!.EndsWith("\"before\"", StringComparison.Ordinal) && row.Patched!.Reference!.EndsWith("\"after\\n\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Strings_of_wide_characters_are_told_whole()
    {
        IReadOnlyList<ListingRow> rows = Rows("third(\"before\")", "third((const char *)u\"ab\")");
        Assert.Contains(rows, row => row.Patched?.Reference?.EndsWith("\"a\\x00b\\x00\"", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_branch_that_leads_to_another_instruction_differs()
    {
        const string branch = "int turn(int x) { __asm__ volatile goto(\"cbz %0, %l[FIRST]\" :: \"r\"(x) :: one, two); second(1); one: first(2); two: return first(3); }\n";
        using SmallKernel own = new("extern int first(int), second(int);\n" + branch.Replace("FIRST", "one", StringComparison.Ordinal));
        UnitDiff diff = own.Diff("extern int first(int), second(int);\n" + branch.Replace("FIRST", "two", StringComparison.Ordinal));

        ListingRow changed = Assert.Single(Rows(diff, "turn"), row => row.Kind is not (ListingRowKind.Same or ListingRowKind.Skipped));
        Assert.StartsWith("cbz", changed.Original!.Text, StringComparison.Ordinal);
        Assert.NotEqual(changed.Original.Reference, changed.Patched!.Reference);
    }

    [Fact]
    public void Of_a_function_that_is_the_same_there_is_nothing_to_show() => Assert.Empty(Rows("int work", "int more(void) { return second(2); }\nint work"));

    [Fact]
    public void Every_instruction_is_shown_or_counted()
    {
        UnitDiff diff = kernel.Diff(Source.Replace("second(x);", "second(x + 1);", StringComparison.Ordinal));
        IReadOnlyList<ListingRow> rows = Rows(diff, "work");

        // objdump once more, and nothing of ours.
        string printed = Tool.Run(Tool.Arm64 + "objdump", "-d", "-j", ".text.work", folder.Write("o.o", diff.Original.Source.ToArray())).Output;
        int instructions = printed.Split('\n').Count(line => line.Contains(":\t", StringComparison.Ordinal));
        Assert.Equal(instructions, rows.Sum(row => row.Skipped) + rows.Count(row => row.Original is not null));
    }

    [Theory]
    [InlineData("", "", "objdump")]
    [InlineData("aarch64-linux-gnu-", "", "aarch64-linux-gnu-objdump")]
    [InlineData("", "1", "llvm-objdump")]
    [InlineData("", "-19", "llvm-objdump-19")]
    public void The_objdump_is_the_one_beside_the_compiler(string crossCompile, string llvm, string name) =>
        Assert.Equal(name, Disassembler.NameFor(crossCompile, llvm));

    public void Dispose()
    {
        kernel.Dispose();
        folder.Dispose();
    }

    private IReadOnlyList<ListingRow> Rows(string old, string made)
    {
        Assert.Contains(old, Source, StringComparison.Ordinal);
        return Rows(kernel.Diff(Source.Replace(old, made, StringComparison.Ordinal)), "work");
    }

    private IReadOnlyList<ListingRow> Rows(UnitDiff diff, string function)
    {
        // LLVM prints otherwise, and has to give the same rows; it names aliases of instructions otherwise.
        IReadOnlyList<ListingRow> rows = Rows(diff, function, Disassembler.Find(Tool.Arm64, "")!);
        IReadOnlyList<ListingRow> others = Rows(diff, function, new Disassembler(Llvm.Program("llvm-objdump")));
        Assert.Equal(rows.Select(row => (row.Kind, row.Skipped, row.Original?.Offset, row.Original?.Reference, row.Patched?.Offset, row.Patched?.Reference)),
            others.Select(row => (row.Kind, row.Skipped, row.Original?.Offset, row.Original?.Reference, row.Patched?.Offset, row.Patched?.Reference)));
        return rows;
    }

    private IReadOnlyList<ListingRow> Rows(UnitDiff diff, string function, Disassembler disassembler)
    {
        UnitPart patched = diff.Patched.Parts.Single(part => part.Name == function), original = diff.OriginalOf(patched)!;
        FunctionCode Code(UnitObject unit, UnitPart part, string name) =>
            new(unit, part, disassembler.Run(folder.Write(name, unit.Source.ToArray()), [part.Section.Name], CancellationToken.None)![part.Section.Name]);
        IReadOnlyList<ListingRow> rows = new ListingComparison(diff, Code(diff.Original, original, "original.o"), Code(diff.Patched, patched, "patched.o")).Rows(out int left);
        Assert.Equal(0, left);
        return rows;
    }
}
