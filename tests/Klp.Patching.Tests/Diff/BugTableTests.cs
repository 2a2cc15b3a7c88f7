using Klp.Patching.Diff;

namespace Klp.Patching.Tests.Diff;

/// <summary>
/// Which field of an entry of __bug_table is the line: struct bug_entry (include/asm-generic/bug.h) has a format and the name of a
/// file or not, as the kernel is configured, and the line stands behind the name.
/// </summary>
public class BugTableTests
{
    private const string File = """.pushsection .rodata.str,\"aMS\",@progbits,1\n4: .string \"fs/unit.c\"\n.popsection\n.long 4b-.\n""";
    private const string Format = """.pushsection .rodata.str,\"aMS\",@progbits,1\n3: .string \"of %d\\n\"\n.popsection\n.long 3b-.\n""";
    private const string Wide = """.pushsection .rodata.str,\"aMS\",@progbits,1\n4: .string \"fs/unit.c\"\n.popsection\n.quad 4b\n""";

    /// <summary>The bytes of the entry by their fields, as the configuration has them: numbers are what the test changes.</summary>
    public static TheoryData<string, string, string, bool> Fields => new()
    {
        { "line of address, file, line, flags", $".long 1b-.\\n{File}.short 10\\n.short 1\\n", ".short 10", true },
        { "flags of address, file, line, flags", $".long 1b-.\\n{File}.short 10\\n.short 1\\n", ".short 1\\n", false },
        { "line of address, format, file, line, flags", $".long 1b-.\\n{Format}{File}.short 10\\n.short 1\\n", ".short 10", true },
        { "flags of address, format, file, line, flags", $".long 1b-.\\n{Format}{File}.short 10\\n.short 1\\n", ".short 1\\n", false },
        { "flags of address, format, flags", $".long 1b-.\\n{Format}.short 10\\n.balign 4\\n", ".short 10", false },
        { "flags of address, flags", ".long 1b-.\\n.short 10\\n.balign 4\\n", ".short 10", false },
        { "line of addresses that are not relative", $".quad 1b\\n{Wide}.short 10\\n.short 1\\n.balign 8\\n", ".short 10", true },
        { "flags of addresses that are not relative", $".quad 1b\\n{Wide}.short 10\\n.short 1\\n.balign 8\\n", ".short 1\\n", false },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Only_the_line_does_not_count(string what, string entry, string field, bool isLine)
    {
        string source = $"int f(int a) {{ asm volatile(\"1: brk 0x800\\n.pushsection __bug_table,\\\"aw\\\"\\n.balign 4\\n{entry}.popsection\"); return a; }}\n";
        Assert.Contains(field, source, StringComparison.Ordinal);
        using CompiledPair pair = new(source, source.Replace(field, field.Replace(".short 1", ".short 7", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal((what, isLine), (what, pair.Summary.IsEmpty));
        Assert.Equal(isLine ? ["f()"] : [], pair.Summary.Notes.Where(note => note.Kind == DiffNoteKind.LinesIgnored).SelectMany(note => note.Names));
        Assert.Equal(isLine ? [] : ["f"], pair.Summary.Functions.Changed.Select(part => part.Name));
    }
}
