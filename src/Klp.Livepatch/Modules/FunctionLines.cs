using Klp.DebugInfo.Dwarf;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>The source lines of functions.</summary>
internal static class FunctionLines
{
    /// <summary>The first line of a function, or null. Its first instructions may come from no line: room for the tracer.</summary>
    internal static SourceLine? FirstOf(this DwarfLineTable lines, ElfSymbol function)
    {
        ElfSection section = function.Section!;
        return lines.FindFirst(section, function.Value, Math.Min(function.Value + function.Size, section.Size));
    }
}
