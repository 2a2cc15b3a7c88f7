using Klp.Elf.Constants;
using Klp.Elf.Image;

namespace Klp.Kbuild.Patching;

/// <summary>Finds what an object needs of others, and has for them.</summary>
internal static class GlobalSymbols
{
    /// <summary>The names of an object's undefined symbols.</summary>
    /// <param name="path">The object.</param>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<string> UndefinedIn(string path) => Find(path, symbol => symbol.SectionIndex == 0);

    /// <summary>The names of an object's undefined symbols, and of its global and weak ones.</summary>
    /// <param name="path">The object.</param>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<string> In(string path) => Find(path, symbol => symbol.Binding != ElfSymbolBinding.Local);

    private static IReadOnlyList<string> Find(string path, Func<ElfSymbolEntry, bool> isWanted)
    {
        using ElfImage image = ElfImage.Open(path);
        if (image.ReadSymbolTable() is not { } symbols)
            return [];
        IEnumerable<ElfSymbolEntry> wanted = Enumerable.Range(1, Math.Max(0, symbols.Count - 1))
            .Select(index => symbols[index])
            .Where(isWanted);
        return [.. wanted.Select(symbol => symbols.Name(symbol))];
    }
}
