using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Kbuild.Units;

/// <summary>How many functions an object of the kernel's build has.</summary>
/// <param name="All">All of them.</param>
/// <param name="ForStart">Those for the start, or the end, alone.</param>
/// <param name="TraceSites">How many places there are that ftrace can attach to.</param>
internal sealed record ObjectFunctions(int All, int ForStart, int TraceSites)
{
    /// <summary>Counts them.</summary>
    /// <param name="path">The object.</param>
    /// <returns>The numbers; null where the file is missing or no object, as LLVM's intermediate code is none.</returns>
    internal static ObjectFunctions? Count(string path)
    {
        try
        {
            return File.Exists(path) ? Count(ElfObject.Open(path)) : null;
        }
        catch (Exception problem) when (problem is ElfFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ObjectFunctions Count(ElfObject unit)
    {
        IReadOnlyList<string> tables = KernelArchitecture.For(unit.Header.Machine)?.TraceSiteSections ?? [];
        // Of one place several names may be.
        ElfSection[] functions =
        [
            .. unit.Symbols.Where(symbol => symbol is { Type: ElfSymbolType.Function, Section: not null })
                .Select(symbol => (Section: symbol.Section!, symbol.Value)).Distinct().Select(place => place.Section),
        ];
        return new ObjectFunctions(
            functions.Length,
            functions.Count(section => SectionLife.IsInit(section.Name) || SectionLife.IsExit(section.Name)),
            unit.RelocationSections
                .Where(section => section.InfoSection is { } table && tables.Contains(table.Name))
                .Sum(section => section.Relocations.Count));
    }
}
