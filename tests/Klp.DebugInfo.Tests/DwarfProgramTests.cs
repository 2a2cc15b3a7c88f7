using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Tests.Support;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>
/// Line tables written byte by byte, for what no compiler at hand makes. Each has .text of 4 words, the file
/// "a.c", line_base -5, line_range 14 and opcode_base 13.
/// </summary>
public class DwarfProgramTests
{
    // Sets the address to the start of .text.
    private const string SetAddress = ".byte 0, 9, 2\n.8byte start\n";

    // Ends the sequence 16 bytes later than the last address that was set.
    private const string AdvanceToEnd = ".byte 2, 16\n";
    private const string EndSequence = ".byte 0, 1, 1\n";
    private const string Copy = ".byte 1\n";

    [Fact]
    public void Special_opcodes_advance_address_and_line()
    {
        // Opcode 13 + 14 * 4 + 5 + 2: 4 bytes and 2 lines on.
        string program = SetAddress + Copy + ".byte 76, 76\n.byte 2, 8\n" + EndSequence;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:3:0", "/d/a.c:5:0", "/d/a.c:5:0");
    }

    [Fact]
    public void Const_add_pc_advances_like_special_opcode_255()
    {
        // (255 - 13) / 14 = 17 bytes.
        string program = ".byte 0, 9, 2\n.8byte start - 9\n" + ".byte 8\n" + Copy + ".byte 2, 8\n" + EndSequence;
        AssertLines(program, "none", "none", "/d/a.c:1:0", "/d/a.c:1:0");
    }

    [Fact]
    public void Bytes_after_the_end_of_a_sequence_have_no_line()
    {
        string program = SetAddress + Copy + ".byte 2, 8\n" + EndSequence;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "none", "none");
    }

    [Fact]
    public void Fixed_advance_pc_takes_the_difference_of_two_relocations()
    {
        // As LoongArch's assembler does: the operand itself is 0.
        const string advance = ".byte 9\n.reloc ., R_AARCH64_ABS16, start + 12\n.reloc ., R_AARCH64_ABS16, start + 4\n.2byte 0\n";
        string program = SetAddress + Copy + advance + ".byte 3, 6, 1\n" + ".byte 2, 8\n" + EndSequence;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "/d/a.c:7:0", "/d/a.c:7:0");
    }

    [Fact]
    public void An_address_is_the_symbols_value_and_the_addend()
    {
        string program = ".byte 0, 9, 2\n.8byte middle + 4\n" + Copy + ".byte 2, 4\n" + EndSequence;
        AssertLines(program, "none", "none", "none", "/d/a.c:1:0");
    }

    [Fact]
    public void An_address_in_another_section_ends_the_sequence()
    {
        string program = SetAddress + Copy + ".byte 2, 8\n" + ".byte 0, 9, 2\n.8byte elsewhere\n" + Copy + AdvanceToEnd + EndSequence;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "none", "none");
    }

    [Fact]
    public void A_sequence_may_start_where_a_later_one_ends()
    {
        string second = ".byte 0, 9, 2\n.8byte start + 8\n.byte 3, 4\n" + Copy + ".byte 2, 8\n" + EndSequence;
        string first = SetAddress + Copy + ".byte 2, 8\n" + EndSequence;
        AssertLines(second + first, "/d/a.c:1:0", "/d/a.c:1:0", "/d/a.c:5:0", "/d/a.c:5:0");
    }

    [Fact]
    public void An_empty_sequence_covers_nothing()
    {
        string empty = ".byte 0, 9, 2\n.8byte start + 8\n" + ".byte 3, 9\n" + Copy + EndSequence;
        string program = SetAddress + Copy + AdvanceToEnd + EndSequence + empty;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "/d/a.c:1:0", "/d/a.c:1:0");
    }

    [Fact]
    public void Unknown_opcodes_are_skipped_by_their_lengths()
    {
        // Standard opcode 12 (DW_LNS_set_isa) has one operand; extended opcode 0x80 is a vendor's.
        string program = SetAddress + ".byte 12, 0xff, 0x7f\n.byte 0, 3, 0x80, 1, 1\n.byte 5, 7\n" + Copy + AdvanceToEnd + EndSequence;
        AssertLines(program, "/d/a.c:1:7", "/d/a.c:1:7", "/d/a.c:1:7", "/d/a.c:1:7");
    }

    [Fact]
    public void An_address_without_a_relocation_is_in_no_section()
    {
        AssertLines(".byte 0, 9, 2\n.8byte 0\n" + Copy + AdvanceToEnd + EndSequence, "none", "none", "none", "none");
    }

    [Fact]
    public void A_program_that_is_cut_off_has_the_lines_before()
    {
        // The length of the extended opcode is beyond the end.
        string program = SetAddress + Copy + ".byte 2, 8\n.byte 3, 4, 1\n.byte 0, 99\n";
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "none", "none");
    }

    [Fact]
    public void A_file_that_the_unit_does_not_have_is_no_line()
    {
        AssertLines(SetAddress + ".byte 4, 9\n" + Copy + AdvanceToEnd + EndSequence, "none", "none", "none", "none");
    }

    [Fact]
    public void Line_0_is_no_line()
    {
        // Opcode 13 + 5 - 1: no byte, one line back.
        string program = SetAddress + Copy + ".byte 2, 8\n.byte 17\n.byte 2, 8\n" + EndSequence;
        AssertLines(program, "/d/a.c:1:0", "/d/a.c:1:0", "none", "none");
    }

    [Fact]
    public void Another_unit_is_read_after_a_malformed_one()
    {
        const string malformed = ".4byte 3\n.2byte 5\n.byte 0\n" + ".4byte 2\n.2byte 77\n";
        string source = malformed + Unit(SetAddress + Copy + AdvanceToEnd + EndSequence);
        DwarfLines.AssertText(Enumerable.Repeat("/d/a.c:1:0", 4), Assemble(source));
    }

    [Theory]
    [InlineData(0, 13)] // line_range
    [InlineData(14, 0)] // opcode_base
    public void A_header_that_no_program_can_run_with_is_malformed(int lineRange, int opcodeBase)
    {
        string unit = Unit(SetAddress + Copy + ".byte 76\n" + AdvanceToEnd + EndSequence)
            .Replace("-5, 14, 13", $"-5, {lineRange}, {opcodeBase}", StringComparison.Ordinal);
        Assert.True(DwarfLineTable.Read(Assemble(unit)).IsEmpty);
    }

    [Fact]
    public void A_count_of_files_without_fields_is_malformed()
    {
        string header = ".byte 1\n.byte 1, 8\n.byte 1\n.asciz \"/d\"\n" + ".byte 0\n.byte 0xff, 0xff, 0xff, 0xff, 0x0f\n";
        Assert.True(DwarfLineTable.Read(Assemble(Unit(SetAddress + Copy + AdvanceToEnd + EndSequence, header))).IsEmpty);
    }

    [Fact]
    public void Clangs_file_tables_with_md5_sums_and_debug_str_are_read()
    {
        const string header = """
            .byte 1                         // one field in a directory: path, DW_FORM_line_strp
            .byte 1, 0x1f
            .byte 2
            .4byte directory0
            .4byte directory1
            .byte 3                         // in a file: path, DW_FORM_strp; directory, DW_FORM_udata; MD5, DW_FORM_data16
            .byte 1, 0x0e, 2, 0x0b, 5, 0x1e
            .byte 2
            .4byte name0
            .byte 0
            .skip 16, 0xaa
            .4byte name1
            .byte 1
            .skip 16, 0xbb
            .pushsection .debug_line_str,"MS",%progbits,1
            directory0: .asciz "/d"
            directory1: .asciz "inc"
            .popsection
            .pushsection .debug_str,"MS",%progbits,1
            .asciz "unused"
            name0: .asciz "a.c"
            name1: .asciz "b.h"
            .popsection

            """;
        string program = SetAddress + ".byte 4, 0\n" + Copy + ".byte 2, 8\n" + ".byte 4, 1\n" + Copy + ".byte 2, 8\n" + EndSequence;
        DwarfLines.AssertText(["/d/a.c:1:0", "/d/a.c:1:0", "/d/inc/b.h:1:0", "/d/inc/b.h:1:0"], Assemble(Unit(program, header)));
    }

    private const string OneFile = """
        .byte 1                             // directories: path, DW_FORM_string
        .byte 1, 8
        .byte 1
        .asciz "/d"
        .byte 2                             // files: path, DW_FORM_string; directory, DW_FORM_udata
        .byte 1, 8, 2, 0x0f
        .byte 2
        .asciz "a.c"
        .byte 0
        .asciz "a.c"
        .byte 0

        """;

    private static string Unit(string program, string tables = OneFile) => $"""
        .4byte 2f - 1f
        1:
        .2byte 5
        .byte 8, 0
        .4byte 4f - 3f
        3:
        .byte 1, 1, 1, -5, 14, 13
        .byte 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1
        {tables}4:
        {program}2:

        """;

    private static void AssertLines(string program, params string[] expected) =>
        DwarfLines.AssertText(expected, Assemble(Unit(program)));

    private static ElfObject Assemble(string debugLine)
    {
        using TempFolder folder = new();
        string source = $"""
            .text
            start: .skip 16
            .globl middle
            middle = start + 8
            .data
            elsewhere: .skip 16
            .section .debug_line,"",%progbits
            {debugLine}
            """;
        return ElfObject.Open(BinutilsCompiler.Named("arm64").Compile(folder.Write("source.s", source), folder["source.o"]));
    }
}
