using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Runs a line number program: the state machine that makes the rows (DWARF 5, sections 6.2.2 and 6.2.5).</summary>
/// <param name="header">The unit's header, with the program.</param>
/// <param name="rowsOf">The list of a section's rows, to add to.</param>
internal sealed class DwarfLineProgram(DwarfLineHeader header, Func<ElfSection, List<DwarfLineRow>> rowsOf)
{
    private readonly DwarfCursor program = header.Program;
    private readonly List<DwarfLineRow> sequence = [];

    // The registers; section is what the relocation of the address names.
    private ElfSection? section;
    private ulong address;
    private ulong file;
    private ulong line;
    private ulong column;

    internal void Run()
    {
        Reset();
        while (!program.AtEnd)
        {
            byte opcode = program.ReadByte();
            if (opcode >= header.OpcodeBase)
                RunSpecial(opcode);
            else if (opcode == 0)
                RunExtended();
            else
                RunStandard(opcode);
        }

        // A program that was cut off: its last row covers nothing that we know of.
        EndSequence();
    }

    private void Reset()
    {
        section = null;
        address = 0;
        file = 1;
        line = 1;
        column = 0;
    }

    // DWARF 5, section 6.2.5.1.
    private void RunSpecial(byte opcode)
    {
        int adjusted = opcode - header.OpcodeBase;
        Advance((ulong)(adjusted / header.LineRange));
        line += (ulong)(header.LineBase + (adjusted % header.LineRange));
        AddRow();
    }

    // DWARF 5, section 6.2.5.2.
    private void RunStandard(byte opcode)
    {
        switch (opcode)
        {
            case 1: // DW_LNS_copy
                AddRow();
                break;
            case 2: // DW_LNS_advance_pc
                Advance(program.ReadUnsigned());
                break;
            case 3: // DW_LNS_advance_line
                line += (ulong)program.ReadSigned();
                break;
            case 4: // DW_LNS_set_file
                file = program.ReadUnsigned();
                break;
            case 5: // DW_LNS_set_column
                column = program.ReadUnsigned();
                break;
            case 8: // DW_LNS_const_add_pc
                Advance((ulong)((255 - header.OpcodeBase) / header.LineRange));
                break;
            case 9: // DW_LNS_fixed_advance_pc
                address += program.ReadAdvance();
                break;
            default: // about statements, blocks, prologues and instruction sets, or unknown
                for (int i = 0; i < header.OperandCounts[opcode - 1]; i++)
                    program.ReadUnsigned();
                break;
        }
    }

    // DWARF 5, section 6.2.5.3.
    private void RunExtended()
    {
        ulong length = program.ReadUnsigned();
        DwarfCursor operands = program.Slice(length);
        program.Skip(length);
        switch (operands.ReadByte())
        {
            case 1: // DW_LNE_end_sequence
                EndSequence();
                Reset();
                break;
            case 2: // DW_LNE_set_address
                SetAddress(operands, length);
                break;
            case 3: // DW_LNE_define_file, until version 4
                DwarfFile defined = DwarfLineHeaderReader.ReadOldFile(operands, header.Directories);
                if (!operands.Failed)
                    header.Files.Add(defined);
                break;
        }
    }

    private void SetAddress(DwarfCursor operands, ulong length)
    {
        ElfSection? target = null;
        ulong value = length is 5 or 9 ? operands.ReadAddress((int)length - 1, out target) : 0;
        if (target != section)
            EndSequence();
        section = target;
        address = value;
    }

    private void Advance(ulong operations) => address += operations * header.MinimumInstructionLength;

    private void AddRow()
    {
        if (section is not null)
            sequence.Add(new DwarfLineRow(address, header.FileAt(file), Saturate(line), Saturate(column), IsEnd: false));
    }

    private void EndSequence()
    {
        // Rows at the end cover nothing; without this they would cover what follows.
        while (sequence.Count > 0 && sequence[^1].Offset == address)
            sequence.RemoveAt(sequence.Count - 1);
        if (section is not null && sequence.Count > 0)
        {
            List<DwarfLineRow> rows = rowsOf(section);
            rows.AddRange(sequence);
            rows.Add(new DwarfLineRow(address, null, 0, 0, IsEnd: true));
        }

        sequence.Clear();
    }

    private static int Saturate(ulong value) => value > int.MaxValue ? 0 : (int)value;
}
