using Klp.Patching.Diff;

namespace Klp.Kbuild.Disassembly;

/// <summary>The code of a function in one version of a unit.</summary>
internal sealed class FunctionCode
{
    private readonly UnitPart part;
    private readonly Instruction[] instructions;
    private readonly ILookup<int, PartReference> references;

    /// <param name="unit">The version of the unit.</param>
    /// <param name="part">The function.</param>
    /// <param name="section">The instructions of its section.</param>
    internal FunctionCode(UnitObject unit, UnitPart part, IReadOnlyList<Instruction> section)
    {
        this.part = part;
        instructions = [.. section.Where(instruction => instruction.Offset >= part.Offset && instruction.Offset - part.Offset < part.Size)];
        Unit = unit;
        references = unit.ReferencesOf(part).ToLookup(reference => IndexOf(part.Offset + reference.Offset));
    }

    internal UnitObject Unit { get; }

    internal int Count => instructions.Length;

    internal Instruction this[int index] => instructions[index];

    /// <summary>What an instruction refers to by relocations.</summary>
    internal IEnumerable<PartReference> ReferencesAt(int index) => references[index];

    /// <summary>
    /// The index of the instruction of the function that another one leads to; null where it leads elsewhere, or a relocation
    /// says where.
    /// </summary>
    internal int? TargetOf(int index)
    {
        if (instructions[index].Target is not { } target
            || references[index].Any()
            || target < part.Offset
            || target - part.Offset >= part.Size)
        {
            return null;
        }

        int found = IndexOf(target);
        return found >= 0 && instructions[found].Offset == target ? found : null;
    }

    /// <summary>An instruction as a listing shows it.</summary>
    internal ListedInstruction Show(int index) =>
        new(
            OffsetOf(instructions[index].Offset),
            instructions[index].Text,
            string.Join(", ", Shown(index)) is { Length: > 0 } reference ? reference : null);

    private IEnumerable<string> Shown(int index)
    {
        if (references[index].Any())
            return references[index].Select(reference => ReferenceText.Of(Unit, reference));
        return instructions[index].Target is { } target ? [ReferenceNames.WithOffset(part.Name, OffsetOf(target))] : [];
    }

    // From its symbol: with CALL_OPS something comes before it.
    private long OffsetOf(ulong place) => (long)(place - part.Offset) - part.SymbolOffset;

    // The instruction that holds a place of the section; -1 for none.
    private int IndexOf(ulong place)
    {
        int low = 0, high = instructions.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (instructions[middle].Offset <= place)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
