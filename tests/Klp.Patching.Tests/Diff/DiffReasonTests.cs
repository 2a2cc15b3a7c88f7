using System.Globalization;
using Klp.Patching.Diff;

namespace Klp.Patching.Tests.Diff;

/// <summary>Why a function or variable counts as changed, compared with what binutils show of the two objects.</summary>
public class DiffReasonTests
{
    private const string Source = """
        extern int outside(int), other(int); extern void say(const char *);
        static int hits = 4;
        int value = 3;
        int same(int a) { return a * 3 + hits; }
        int code(int a) { hits++; return a * 5; }
        int call(int a) { return outside(a) + 1; }
        int text(int a) { say("before"); return a; }
        int many(int a) { return outside(a) + hits; }
        """;

    [Fact]
    public void Changed_bytes_are_told_at_the_instruction_that_objdump_shows_first()
    {
        using CompiledPair pair = Change("a * 5", "a * 5 + 7");
        PartDifference bytes = Assert.Single(pair.Of("code"), difference => difference.Kind == PartDifferenceKind.Bytes);

        (string Offset, string Code) first = Instructions(pair.NewPath, "code").Zip(Instructions(pair.OldPath, "code")).First(both => both.First != both.Second).First;
        Assert.Equal(first.Offset, bytes.Offset!.Value.ToString("x", CultureInfo.InvariantCulture));
        // objdump shows an instruction as a number; the bytes are in the order of the file.
        byte[] code = Convert.FromHexString(first.Code);
        Assert.StartsWith(Convert.ToHexStringLower([.. code.Reverse()]), bytes.After, StringComparison.Ordinal);
        Assert.Equal(["code"], pair.Summary.Functions.Changed.Select(part => part.Name));
    }

    [Fact]
    public void Another_function_that_is_called_is_a_reference_at_the_relocation_that_readelf_shows()
    {
        using CompiledPair pair = Change("outside(a) + 1", "other(a) + 1");

        PartDifference call = Assert.Single(pair.Of("call"));
        string line = Assert.Single(Relocations(pair.NewPath, ".text.call"), text => text.Contains("other", StringComparison.Ordinal));
        Assert.Equal(Convert.ToUInt64(line.Split(' ')[0], 16), call.Offset);
        Assert.Equal((PartDifferenceKind.Reference, "outside (R_AARCH64_CALL26)", "other (R_AARCH64_CALL26)"), (call.Kind, call.Before, call.After));
        Assert.Equal(
            $"+0x{call.Offset:x}: refers to other (R_AARCH64_CALL26), before to outside (R_AARCH64_CALL26)", call.ToString());
    }

    [Fact]
    public void A_string_is_told_with_both_contents_and_once_for_the_two_relocations_of_its_address()
    {
        using CompiledPair pair = Change("\"before\"", "\"behind\"");
        PartDifference text = Assert.Single(pair.Of("text"));
        Assert.Equal((PartDifferenceKind.StringContents, "before", "behind"), (text.Kind, text.Before, text.After));
    }

    // Only its end is referred to, and the code goes back from there.
    [Fact]
    public void The_beginning_of_a_string_that_is_reached_from_its_middle_counts()
    {
        const string source = "int at(int i) { const char *middle = \"abcdef\" + 3; return middle[i]; }";
        using CompiledPair pair = new(source, source.Replace("abcdef", "zbcdef", StringComparison.Ordinal));
        PartDifference text = Assert.Single(pair.Of("at"));
        Assert.Equal((PartDifferenceKind.StringContents, "abcdef+0x3", "zbcdef+0x3"), (text.Kind, text.Before, text.After));
    }

    [Fact]
    public void A_reference_that_is_new_is_one_and_those_that_moved_are_none()
    {
        using CompiledPair pair = Change("return outside(a) + hits", "other(a); int sum = outside(a) + hits; other(sum); return sum");
        PartDifference[] references = [.. pair.Of("many").Where(difference => difference.Kind == PartDifferenceKind.Reference)];
        Assert.Equal([(null, "other (R_AARCH64_CALL26)")], references.Select(reference => (reference.Before, reference.After)));
    }

    [Fact]
    public void A_changed_value_of_a_variable_is_told_with_its_bytes()
    {
        using CompiledPair pair = Change("value = 3", "value = 0x1003");
        ChangedPart changed = Assert.Single(pair.Summary.Data.Changed);
        PartDifference bytes = Assert.Single(changed.Differences);
        Assert.Equal(("value", PartDifferenceKind.Bytes, 1UL, "000000", "100000"), (changed.Name, bytes.Kind, bytes.Offset, bytes.Before, bytes.After));
        Assert.Empty(pair.Summary.Functions.Changed);
    }

    [Fact]
    public void A_variable_that_became_constant_is_told_with_its_section()
    {
        using CompiledPair pair = Change("int value = 3", "const int value = 3");
        PartDifference section = Assert.Single(pair.Summary.Data.Changed).Differences[0];
        Assert.Equal(PartDifferenceKind.Section, section.Kind);
        Assert.StartsWith(".rodata.value", section.After, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_a_special_table_is_told_with_the_table()
    {
        const string source = """
            int f(int a) { asm volatile("1: nop\n2:\n.pushsection __ex_table,\"a\"\n.balign 4\n.long 1b-., 2b-.\n.short 1, 2\n.popsection"); return a; }
            """;
        using CompiledPair pair = new(source, source.Replace(".short 1, 2", ".short 1, 3", StringComparison.Ordinal));
        PartDifference entry = Assert.Single(pair.Of("f"));
        Assert.Equal((PartDifferenceKind.TableEntry, "__ex_table"), (entry.Kind, entry.Table));
        Assert.StartsWith("000000000000000001000200", entry.Before, StringComparison.Ordinal);
        Assert.StartsWith("000000000000000001000300", entry.After, StringComparison.Ordinal);
    }

    /// <summary>The code is the same, and goes on at another place after a fault, or when the key is set.</summary>
    [Theory]
    [InlineData("__ex_table", ".long 1b-., 2b-.\\n.short 1, 2")]
    [InlineData("__jump_table", ".long 1b-., 2b-.\\n.quad value-.")]
    public void An_entry_that_leads_to_another_place_of_the_function_is_told(string table, string entry)
    {
        string source = "int value; int f(int a) { asm volatile(\"1: nop\\n2: nop\\n3: nop\\n"
            + $".pushsection {table},\\\"aw\\\"\\n.balign 8\\n{entry}\\n.popsection\"); return a; }}";
        using CompiledPair pair = new(source, source.Replace("2b-.", "3b-.", StringComparison.Ordinal));
        PartDifference found = Assert.Single(pair.Of("f"));
        Assert.Equal((PartDifferenceKind.TableEntry, table), (found.Kind, found.Table));
    }

    [Fact]
    public void A_line_of_the_bug_table_does_not_count_and_is_told()
    {
        const string source = """
            int f(int a) { asm volatile("1: brk 0x800\n.pushsection __bug_table,\"aw\"\n.long 1b-.\n.pushsection .rodata.str,\"aMS\",@progbits,1\n2: .string \"unit.c\"\n.popsection\n.long 2b-.\n.short 10\n.short 1\n.popsection"); return a; }
            """;
        using CompiledPair pair = new(source, source.Replace(".short 10", ".short 11", StringComparison.Ordinal));
        Assert.True(pair.Summary.IsEmpty);
        DiffNote note = Assert.Single(pair.Summary.Notes);
        Assert.Equal((DiffNoteKind.LinesIgnored, "f()"), (note.Kind, Assert.Single(note.Names)));
    }

    [Fact]
    public void A_cold_part_that_changed_is_told_with_its_function()
    {
        const string source = """
            #pragma GCC optimize("reorder-blocks-and-partition")
            extern __attribute__((cold)) void fail(int); extern void log(int); extern int work(int);
            int f(int a) { if (a < 0) { fail(a); log(1); fail(2); } return work(a) + work(a + 1); }
            """;
        using CompiledPair pair = new(source, source.Replace("log(1)", "log(2)", StringComparison.Ordinal));
        Assert.Contains(" f.cold", Tool.Run(Tool.Arm64 + "nm", pair.NewPath).Output, StringComparison.Ordinal);

        Assert.Equal(["f"], pair.Summary.Functions.Changed.Select(part => part.Name));
        PartDifference part = Assert.Single(pair.Of("f"));
        Assert.Equal((PartDifferenceKind.Part, "its part f.cold changed"), (part.Kind, part.ToString()));
    }

    [Fact]
    public void The_code_of_an_alternative_counts_also_where_it_lies_behind_other_functions()
    {
        const string source = """
            #define SHARED __attribute__((noinline, section(".noinstr.text")))
            SHARED int one(int a) { asm volatile("661: nop\n662:\n.pushsection .altinstructions,\"a\"\n.long 661b-., 663f-.\n.short 7\n.byte 662b-661b, 664f-663f\n.popsection\n.subsection 1\n663: mov x1, #1\n664: .previous"); return a; }
            SHARED int two(int a) { return a; }
            """;
        using CompiledPair same = new(source, "\n" + source);
        using CompiledPair pair = new(source, source.Replace("mov x1, #1", "mov x1, #2", StringComparison.Ordinal));
        Assert.True(same.Summary.IsEmpty);
        Assert.Equal(["one"], pair.Summary.Functions.Changed.Select(part => part.Name));
        Assert.Equal((PartDifferenceKind.TableEntry, ".altinstructions"), (pair.Of("one")[0].Kind, pair.Of("one")[0].Table));
    }

    [Fact]
    public void New_and_removed_functions_and_data_are_those_that_nm_lists()
    {
        using CompiledPair pair = Change("int same(int a)", "int extra; int fresh(int a) { return a + extra; } int renamed(int a)");
        string[] old = Names(pair.OldPath), made = Names(pair.NewPath);

        Assert.Equal(made.Except(old).Order(), pair.Summary.Functions.New.Concat(pair.Summary.Data.New).Select(part => part.Name).Order());
        Assert.Equal(old.Except(made).Order(), pair.Summary.Functions.Removed.Concat(pair.Summary.Data.Removed).Select(part => part.Name).Order());
        Assert.Equal(4, pair.Summary.Functions.Unchanged);
        Assert.Equal(2, pair.Summary.Data.Unchanged);
    }

    [Theory]
    [InlineData("a * 5", "a * 6")]
    [InlineData("static int hits = 4", "static long hits = 4")]
    [InlineData("outside(a) + 1", "outside(a) - 1")]
    [InlineData("int same(int a) {", "int same(int a) { static int n; n += a;")]
    [InlineData("say(\"before\")", "say(\"before\" + 1)")]
    [InlineData("int call(int a) { return outside(a) + 1; }", "int call(int a) { return a == 1 ? outside(2) : other(a) * outside(a); }")]
    public void What_counts_as_changed_has_a_difference_and_nothing_else_has_one(string old, string made)
    {
        using CompiledPair pair = Change(old, made);
        Assert.NotEmpty(pair.Diff.Changed);
        foreach (UnitPart part in pair.Diff.Patched.Parts.Where(part => part.Kind is PartKind.Function or PartKind.Variable))
            Assert.Equal(pair.Diff.Changed.Contains(part), pair.Diff.DifferencesOf(part).Count > 0);
    }

    [Fact]
    public void Without_sections_for_functions_only_what_changed_differs_and_what_cannot_be_told_is_said()
    {
        using CompiledPair pair = new(Source, Source.Replace("a * 3 + hits", "a * 3 + hits * 9 + outside(a)", StringComparison.Ordinal), withSections: false);
        Assert.Equal(["same"], pair.Summary.Functions.Changed.Select(part => part.Name));
        Assert.Null(pair.Summary.Functions.Changed[0].IsTraceable);
        Assert.Equal([".text"], Assert.Single(pair.Summary.Notes, note => note.Kind == DiffNoteKind.SharedCode).Names);
        Assert.Equal([".data"], Assert.Single(pair.Summary.Notes, note => note.Kind == DiffNoteKind.SharedData).Names);
    }

    private static CompiledPair Change(string old, string made)
    {
        Assert.Contains(old, Source, StringComparison.Ordinal);
        return new CompiledPair(Source, Source.Replace(old, made, StringComparison.Ordinal));
    }

    private static (string Offset, string Code)[] Instructions(string path, string function) =>
    [
        .. Tool.Run(Tool.Arm64 + "objdump", "-d", "-j", ".text." + function, path).Lines
            .Select(line => line.Split('\t'))
            .Where(words => words.Length > 2)
            .Select(words => (words[0].Trim().TrimEnd(':'), words[1].Trim())),
    ];

    private static IEnumerable<string> Relocations(string path, string section) =>
        Tool.Run(Tool.Arm64 + "readelf", "-rW", path).Output.Split($"'.rela{section}'")[1].Split("\n\n")[0].Split('\n')
            .Where(line => line.Length > 12 && char.IsAsciiHexDigit(line[0]));

    private static string[] Names(string path) =>
        [.. Tool.Run(Tool.Arm64 + "nm", "--defined-only", path).Lines.Select(line => line.Split(' ')[^1]).Where(name => name[0] != '$' && name[0] != '.')];
}
