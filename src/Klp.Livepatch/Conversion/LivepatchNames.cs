using System.Globalization;

namespace Klp.Livepatch.Conversion;

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

    /// <summary>Starts the name of an annotated symbol: <c>.klp.sym.rela.patched object.providing object.name,sympos</c>.</summary>
    public const string AnnotatedSymbolPrefix = ".klp.sym.rela.";

    /// <summary>The name of a livepatch relocation section; the target section keeps its own dot.</summary>
    /// <param name="patchedObject">The object whose loading applies it.</param>
    /// <param name="targetSection">The section it applies to.</param>
    public static string RelocationSection(string patchedObject, string targetSection) => $"{RelocationSectionPrefix}{patchedObject}.{targetSection}";

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
        return name.StartsWith(SymbolPrefix, StringComparison.Ordinal) ? ParseObjectSymbol(name[SymbolPrefix.Length..]) : null;
    }

    /// <summary>Takes the name of an annotated symbol apart.</summary>
    /// <param name="name">The symbol's name.</param>
    /// <returns>The patched object and the symbol of the kernel, or null when the name is not in the form.</returns>
    public static (string PatchedObject, KernelSymbol Symbol)? ParseAnnotatedSymbol(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string rest = name[AnnotatedSymbolPrefix.Length..];
        int dot = rest.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || ParseObjectSymbol(rest[(dot + 1)..]) is not { } symbol)
            return null;
        return (rest[..dot], symbol);
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

    // object.name,sympos: an object has no dot, a name may have some and has no comma.
    private static KernelSymbol? ParseObjectSymbol(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        if (dot <= 0 || comma <= dot + 1 || !int.TryParse(text.AsSpan(comma + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int sympos))
            return null;
        return new KernelSymbol(text[..dot], text[(dot + 1)..comma], sympos);
    }
}
