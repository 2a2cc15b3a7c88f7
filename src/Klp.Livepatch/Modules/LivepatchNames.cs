using System.Globalization;

namespace Klp.Livepatch.Modules;

/// <summary>
/// The names by which the kernel recognises livepatch sections and symbols
/// (Documentation/livepatch/module-elf-format.rst; include/linux/livepatch.h).
/// </summary>
public static class LivepatchNames
{
    /// <summary>Starts the name of a livepatch relocation section: <c>.klp.rela.object.section</c>.</summary>
    public const string RelocationSectionPrefix = ".klp.rela.";

    /// <summary>Starts the name of an object's special section: <c>.klp.arch.object.section</c>, on x86 from 4.9 to 5.7.</summary>
    public const string ArchSectionPrefix = ".klp.arch.";

    /// <summary>Starts the name of a livepatch symbol: <c>.klp.sym.object.name,sympos</c>.</summary>
    public const string SymbolPrefix = ".klp.sym.";

    /// <summary>Starts the name of a section of annotations: <c>.klp.module_relocs.object</c>.</summary>
    public const string AnnotationSectionPrefix = ".klp.module_relocs.";

    /// <summary>
    /// Starts the name of an annotated symbol: <c>.klp.sym.rela.patched object.providing object.name,sympos</c>, or with a dot
    /// for the comma.
    /// </summary>
    public const string AnnotatedSymbolPrefix = ".klp.sym.rela.";

    /// <summary>The name of a livepatch relocation section; the target section keeps its own dot.</summary>
    /// <param name="patchedObject">The object whose loading applies it.</param>
    /// <param name="targetSection">The section it applies to.</param>
    public static string RelocationSection(string patchedObject, string targetSection) =>
        $"{RelocationSectionPrefix}{patchedObject}.{targetSection}";

    /// <summary>The name of an object's special section, which keeps its own dot.</summary>
    /// <param name="patchedObject">The object whose loading applies it.</param>
    /// <param name="section">The special section.</param>
    public static string ArchSection(string patchedObject, string section) => $"{ArchSectionPrefix}{patchedObject}.{section}";

    /// <summary>The name of a livepatch symbol.</summary>
    /// <param name="symbol">The symbol of the kernel.</param>
    public static string Symbol(KernelSymbol symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return string.Create(CultureInfo.InvariantCulture, $"{SymbolPrefix}{symbol.ObjectName}.{symbol.Name},{symbol.Sympos}");
    }

    /// <summary>Takes the name of a livepatch symbol apart.</summary>
    /// <param name="name">The symbol's name.</param>
    /// <returns>The symbol of the kernel, or null when the name is not in the form.</returns>
    public static KernelSymbol? ParseSymbol(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(SymbolPrefix, StringComparison.Ordinal))
            return null;
        string rest = name[SymbolPrefix.Length..];
        return ParseObjectSymbol(rest, rest.IndexOf(',', StringComparison.Ordinal));
    }

    /// <summary>
    /// Takes the name of an annotated symbol apart. Before the position is a comma, or a dot as klp-convert and clang-extract
    /// have had it since 2024, because assemblers before binutils 2.37 take the comma for the end of the name.
    /// </summary>
    /// <param name="name">The symbol's name.</param>
    /// <returns>The patched object and the symbol of the kernel, or null when the name is not in the form.</returns>
    public static (string PatchedObject, KernelSymbol Symbol)? ParseAnnotatedSymbol(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string rest = name[AnnotatedSymbolPrefix.Length..];
        int dot = rest.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0)
            return null;
        string symbol = rest[(dot + 1)..];
        // A name has no comma, so where there is one the position is after it, and else after the last dot.
        int comma = symbol.IndexOf(',', StringComparison.Ordinal);
        return ParseObjectSymbol(symbol, comma >= 0 ? comma : symbol.LastIndexOf('.')) is { } parsed ? (rest[..dot], parsed) : null;
    }

    /// <summary>The object a livepatch relocation section is named after, or null when the name is not in the form.</summary>
    /// <param name="sectionName">The section's name.</param>
    public static string? ParseRelocationSection(string sectionName)
    {
        ArgumentNullException.ThrowIfNull(sectionName);
        if (!sectionName.StartsWith(RelocationSectionPrefix, StringComparison.Ordinal))
            return null;
        string rest = sectionName[RelocationSectionPrefix.Length..];
        int dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? rest[..dot] : null;
    }

    // object.name, a separator, the position: an object has no dot, a name may have some.
    private static KernelSymbol? ParseObjectSymbol(string text, int separator)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0
            || separator <= dot + 1
            || !int.TryParse(text.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int sympos))
        {
            return null;
        }

        return new KernelSymbol(text[..dot], text[(dot + 1)..separator], sympos);
    }
}
