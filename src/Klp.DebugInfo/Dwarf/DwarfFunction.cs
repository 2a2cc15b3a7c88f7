using Klp.DebugInfo.Types;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>A function that is defined in a compiled file.</summary>
public sealed class DwarfFunction
{
    private readonly Lazy<DebugType> type;
    private readonly List<DwarfCaller> inlinedInto = [];

    internal DwarfFunction(string name, Func<DebugType> type)
    {
        Name = name;
        this.type = new Lazy<DebugType>(type);
    }

    /// <summary>Its name in the source.</summary>
    public string Name { get; }

    /// <summary>
    /// Where its code starts: an address, or in a relocatable object bytes from the start of <see cref="Section"/>. Null where it
    /// is in several pieces. NOPs for ftrace at the start of a function may not count to it.
    /// </summary>
    public ulong? Address { get; internal set; }

    /// <summary>The section of <see cref="Address"/> in a relocatable object; null in a linked file.</summary>
    public ElfSection? Section { get; internal set; }

    /// <summary>
    /// The source file that was compiled, as the compiler was given it (DW_AT_name of the unit); null where it is not told.
    /// </summary>
    public string? SourceFile { get; internal init; }

    /// <summary>The directory in which the compiler ran (DW_AT_comp_dir); null where it is not told.</summary>
    public string? CompilationDirectory { get; internal init; }

    /// <summary>True when there is code of it besides its inlined copies.</summary>
    public bool HasCode { get; internal set; }

    /// <summary>True when its type is told: with line information alone (-g1) it is not.</summary>
    public bool HasPrototype { get; internal init; }

    /// <summary>Its type.</summary>
    public DebugType Type => type.Value;

    /// <summary>The functions with code that have a copy of it inlined, without itself, in the order of the file.</summary>
    public IReadOnlyList<DwarfCaller> InlinedInto => inlinedInto;

    internal void AddCaller(DwarfCaller caller)
    {
        if (caller.Name != Name && !inlinedInto.Contains(caller))
            inlinedInto.Add(caller);
    }
}
