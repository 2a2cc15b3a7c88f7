using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kbuild.Patching;

/// <summary>Finds what an object needs of others.</summary>
internal static class UndefinedSymbols
{
    /// <summary>The names of an object's undefined symbols.</summary>
    /// <param name="path">The object.</param>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<string> In(string path)
    {
        using ElfImage image = ElfImage.Open(path);
        if (image.ReadSymbolTable() is not { } symbols)
            return [];
        IEnumerable<int> undefined = Enumerable.Range(1, Math.Max(0, symbols.Count - 1)).Where(index => symbols[index].SectionIndex == 0);
        return [.. undefined.Select(index => symbols.Name(symbols[index]))];
    }
}
