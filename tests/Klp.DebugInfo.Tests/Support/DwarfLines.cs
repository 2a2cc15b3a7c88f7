using Klp.DebugInfo.Dwarf;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests.Support;

/// <summary>Asserts about the lines of .text.</summary>
internal static class DwarfLines
{
    /// <summary>Asserts the line of each 4 bytes of .text, as <c>file:line:column</c> or <c>none</c>.</summary>
    internal static void AssertText(IEnumerable<string> expected, ElfObject source)
    {
        DwarfLineTable lines = DwarfLineTable.Read(source);
        ElfSection text = source.FindSection(".text")!;
        List<string> actual = [];
        for (ulong offset = 0; offset < text.Size; offset += 4)
            actual.Add(lines.Find(new ElfPlace(text, offset)) is { } line ? $"{line.File}:{line.Line}:{line.Column}" : "none");
        Assert.Equal(expected, actual);
    }
}
