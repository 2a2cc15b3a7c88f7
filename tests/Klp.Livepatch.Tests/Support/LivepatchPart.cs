namespace Klp.Livepatch.Tests.Support;

/// <summary>All that a kernel reads of a module to resolve livepatch symbols, as readelf shows it.</summary>
internal static class LivepatchPart
{
    private const ulong InfoLink = 0x40;

    /// <summary>Sections, relocations and symbols as lines, to compare before and after another program changed the module.</summary>
    /// <param name="path">The module. Indices do not matter; SHF_INFO_LINK, which the kernel does not read and strip takes away, neither.</param>
    internal static string[] Of(string path)
    {
        IReadOnlyList<ReadelfSection> all = Readelf.Sections(path);
        ReadelfSection[] sections = [.. Sections(path)];
        return
        [
            .. sections.Select(section => $"{section.Name}: {section.Type} {section.Flags & ~InfoLink:x} of {all[section.Info].Name}, symbols in {all[section.Link].Type}"),
            .. Relocations(path),
            .. Readelf.Symbols(path).Where(IsLivepatch).Select(symbol => $"{symbol.Name}: {symbol.Index} {symbol.Value} {symbol.Binding}"),
        ];
    }

    /// <summary>The livepatch relocation sections.</summary>
    internal static IEnumerable<ReadelfSection> Sections(string path) =>
        Readelf.Sections(path).Where(section => section.Name.StartsWith(".klp.rela.", StringComparison.Ordinal));

    /// <summary>Their relocations, as <see cref="Line"/> has them.</summary>
    internal static IEnumerable<string> Relocations(string path) =>
        Readelf.Relocations(path).Where(relocation => relocation.Section.StartsWith(".klp.rela.", StringComparison.Ordinal)).Select(Line);

    /// <summary>The livepatch symbols: by their name or by their index.</summary>
    internal static bool IsLivepatch(ReadelfSymbol symbol) =>
        symbol.Index == ReadelfSymbol.Livepatch || symbol.Name.StartsWith(".klp.sym.", StringComparison.Ordinal);

    /// <summary>A relocation as text.</summary>
    internal static string Line(ReadelfRelocation relocation) =>
        $"{relocation.Section} {relocation.Offset:x} {relocation.Type} {relocation.Symbol} {relocation.Addend}";
}
