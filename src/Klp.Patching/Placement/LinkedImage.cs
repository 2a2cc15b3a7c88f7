using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Patching.Placement;

/// <summary>vmlinux or a module: what the objects of units were linked to.</summary>
public sealed class LinkedImage
{
    private readonly Func<string, IReadOnlyList<SymbolCandidate>> find;

    private LinkedImage(string objectName, ElfImage image, ElfSymbolTableView symbols, Func<string, IReadOnlyList<SymbolCandidate>> find)
    {
        ObjectName = objectName;
        Image = image;
        Symbols = symbols;
        Locals = new LocalSymbols(symbols);
        this.find = find;
    }

    /// <summary><c>vmlinux</c> or the module's run-time name.</summary>
    public string ObjectName { get; }

    /// <summary>The file.</summary>
    internal ElfImage Image { get; }

    /// <summary>Its symbol table.</summary>
    internal ElfSymbolTableView Symbols { get; }

    /// <summary>Its local symbols.</summary>
    internal LocalSymbols Locals { get; }

    /// <summary>True for vmlinux, whose symbols have addresses; a module's have offsets in sections.</summary>
    internal bool HasAddresses => Image.Header.Type != ElfObjectType.Relocatable;

    internal static LinkedImage? Open(KernelTree tree, string objectName)
    {
        if (objectName != ModuleName.Vmlinux)
            return tree.OpenModule(objectName) is { } module
                ? new LinkedImage(objectName, module.Image, module.View.Symbols, module.Find)
                : null;
        return tree.Vmlinux is { Symbols: { } symbols } vmlinux
            ? new LinkedImage(objectName, vmlinux.Image, symbols, tree.FindInVmlinux)
            : null;
    }

    /// <summary>Takes a linked file, with addresses, for what the objects were linked to.</summary>
    /// <param name="image">The file.</param>
    /// <param name="objectName"><c>vmlinux</c>.</param>
    /// <returns>The image; null where the file has no symbols.</returns>
    internal static LinkedImage? Of(ElfImage image, string objectName) =>
        image.ReadSymbolTable() is { } symbols
            ? new LinkedImage(objectName, image, symbols, name => SymbolCandidates.InVmlinux(image, name))
            : null;

    /// <summary>The symbols of a name by position.</summary>
    /// <param name="name">The name.</param>
    public IReadOnlyList<SymbolCandidate> Find(string name) => find(name);

    /// <summary>A symbol as livepatch finds it: with a position only where the image has several of the name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="symbol">One of the symbols of that name; null for none.</param>
    internal KernelSymbol? Describe(string name, SymbolCandidate? symbol) => symbol is null
        ? null
        : new KernelSymbol(ObjectName, name, Find(name).Count == 1 ? Sympos.Only : new Sympos((ulong)symbol.Sympos));

    /// <summary>What the symbol table has of a symbol.</summary>
    internal ElfSymbolEntry EntryOf(SymbolCandidate candidate) => Symbols[candidate.TableIndex];

    /// <summary>The bytes at a place; null where the image has none there.</summary>
    /// <param name="section">0-based index of the section; with addresses any that holds the place.</param>
    /// <param name="value">The address, or the offset in the section, in bytes.</param>
    /// <param name="size">How many bytes.</param>
    internal byte[]? Read(int section, ulong value, ulong size)
    {
        if (section <= 0 || section >= Image.Sections.Count)
            return null;
        ElfSectionHeader header = Image.Sections[section];
        ulong start = HasAddresses ? value - header.Address : value;
        return header.HasContents && start <= header.Size && size <= header.Size - start ? Image.ReadAt(header.Offset + start, size) : null;
    }
}
