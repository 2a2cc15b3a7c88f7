using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Modules;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// A module of a kernel that is opened once, and whose symbols are found by a hash of their names. Not for several threads at
/// once.
/// </summary>
public sealed class ModuleFile
{
    private readonly SymbolNameIndex index;

    private ModuleFile(ElfImage image)
    {
        Image = image;
        View = new ModuleSymbolView(image);
        index = new SymbolNameIndex(View.Symbols, []);
    }

    /// <summary>The file, in memory.</summary>
    public ElfImage Image { get; }

    /// <summary>Its symbols as kallsyms shows them.</summary>
    public ModuleSymbolView View { get; }

    /// <summary>Opens a module.</summary>
    /// <param name="path">A .ko, .ko.gz, .ko.xz or .ko.zst.</param>
    /// <exception cref="ElfFormatException">It is not a well-formed ELF64 file, or has no symbol table.</exception>
    /// <exception cref="InvalidDataException">Its compressed data is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static ModuleFile Open(string path) => new(ModuleImage.Open(path));

    /// <summary>The symbols of a name that it has while it runs, by position, which is the order of the symbol table.</summary>
    /// <exception cref="ElfFormatException">The symbol table is damaged.</exception>
    public IReadOnlyList<SymbolCandidate> Find(string name) => SymbolCandidates.InModule(Image, View, index.Find(name));
}
