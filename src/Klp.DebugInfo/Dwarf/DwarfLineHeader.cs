namespace Klp.DebugInfo.Dwarf;

/// <summary>The fields of a line number program header that running the program needs (DWARF 5, section 6.2.4).</summary>
internal sealed class DwarfLineHeader
{
    /// <summary>The program: the bytes after the header.</summary>
    internal required DwarfCursor Program { get; init; }

    /// <summary><c>version</c>, 2 to 5.</summary>
    internal required ushort Version { get; init; }

    /// <summary><c>minimum_instruction_length</c> in bytes.</summary>
    internal required byte MinimumInstructionLength { get; init; }

    /// <summary><c>line_base</c>.</summary>
    internal required sbyte LineBase { get; init; }

    /// <summary><c>line_range</c>, not 0.</summary>
    internal required byte LineRange { get; init; }

    /// <summary><c>standard_opcode_lengths</c>: how many operands each standard opcode from 1 on has.</summary>
    internal required IReadOnlyList<byte> OperandCounts { get; init; }

    /// <summary><c>include_directories</c> or, from version 5 on, <c>directories</c>.</summary>
    internal required IReadOnlyList<DwarfString> Directories { get; init; }

    /// <summary><c>file_names</c>; the program may add some.</summary>
    internal required List<DwarfFile> Files { get; init; }

    /// <summary><c>opcode_base</c>: the first special opcode.</summary>
    internal int OpcodeBase => OperandCounts.Count + 1;

    /// <summary>The file of a value of the file register, which counts from 0 in version 5 and from 1 before; or null.</summary>
    internal DwarfFile? FileAt(ulong register)
    {
        ulong index = Version >= 5 ? register : register - 1;
        return index < (ulong)Files.Count ? Files[(int)index] : null;
    }
}
