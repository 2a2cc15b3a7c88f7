using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Livepatches in the form that other tools give them, which the kernel loads and validation must let pass.</summary>
internal static class LoadRulePeers
{
    private const string Tombstone = ".klp.tombstone.", LivepatchSymbol = ".klp.sym.vmlinux.", Entries = "__klp_relocs.vmlinux";

    /// <summary>
    /// Does to a module of the form that "objtool klp diff" writes what "objtool klp post-link" does (tools/objtool/klp-post-link.c
    /// since Linux 6.19): what refers to a tombstone gets a livepatch relocation and a relocation without effect, both symbols
    /// become livepatch symbols, and the entries that said so stay, with relocations of their own.
    /// </summary>
    public static void PostLink(ElfObject module)
    {
        foreach (ElfRelocationSection ordinary in module.RelocationSections.Where(section => section.InfoSection!.Flags.HasFlag(ElfSectionFlags.Alloc)).ToList())
        {
            ElfRelocation[] uses = [.. ordinary.Relocations.Where(relocation => relocation.Symbol?.Name.StartsWith(Tombstone, StringComparison.Ordinal) == true)];
            if (uses.Length == 0)
                continue;
            ElfRelocationSection section = new($".klp.rela.vmlinux.{ordinary.InfoSection!.Name}", ordinary.InfoSection!, module.SymbolTable!)
            {
                Flags = ElfSectionFlags.Alloc | ElfSectionFlags.InfoLink | ElfSectionFlags.RelaLivepatch,
            };
            foreach (ElfRelocation use in uses)
            {
                string name = use.Symbol!.Name[Tombstone.Length..];
                section.Relocations.Add(new ElfRelocation { Offset = use.Offset, Type = use.Type, Symbol = Symbol(module, $"{LivepatchSymbol}{name}.0"), Addend = use.Addend });
                use.Type = 0;
            }

            module.AddSection(section);
        }

        foreach (ElfSymbol symbol in module.Symbols.Where(symbol => symbol.IsUndefined && symbol.Name.StartsWith(".klp.", StringComparison.Ordinal)))
        {
            if (symbol.Name.StartsWith(LivepatchSymbol, StringComparison.Ordinal))
                symbol.Name = symbol.Name[..^".0".Length] + ",0";
            symbol.SetSpecialIndex(ElfSectionIndex.Livepatch);
        }

        Assert.NotNull(module.FindSection(Entries));
        Assert.Contains(module.Symbols, symbol => symbol.IsLivepatch && symbol.Name.StartsWith(Tombstone, StringComparison.Ordinal));
    }

    private static ElfSymbol Symbol(ElfObject module, string name) => module.Symbols.Single(symbol => symbol.Name == name);
}
