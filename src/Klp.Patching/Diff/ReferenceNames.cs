using System.Globalization;
using Klp.Elf.Constants;
using Klp.Patching.Patches;

namespace Klp.Patching.Diff;

/// <summary>Names what references lead to, for people.</summary>
public static class ReferenceNames
{
    internal static string Of(PartReference reference)
    {
        if (reference is { Target: null, Relocation.Symbol.Section: { } elsewhere })
            return (elsewhere.Flags.HasFlag(ElfSectionFlags.Execute) ? "code of " : "") + elsewhere.Name;
        if (reference.Target is not { } target)
            return WithOffset(reference.ExternalName is { Length: > 0 } name ? name : "a fixed address", reference.TargetOffset);
        if (target.Kind == PartKind.Strings)
        {
            (string text, long place) = PartContents.StringOf(reference);
            return WithOffset($"the string \"{PatchText.Excerpt(text)}\"", place);
        }

        if (PartContents.LiteralAt(target, reference.TargetOffset) is { } literal)
            return $"the constant {literal.ToLowerInvariant()}";
        if (target.Kind == PartKind.Anonymous)
            return $"unnamed data of {target.Section.Name}";
        return WithOffset(
            target.Name, target.Kind == PartKind.Function ? reference.TargetOffset - target.SymbolOffset : reference.TargetOffset);
    }

    /// <summary>A name and a distance from it: <c>table+0x10</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="offset">The distance in bytes.</param>
    public static string WithOffset(string name, long offset) => offset switch
    {
        0 => name,
        < 0 => string.Create(CultureInfo.InvariantCulture, $"{name}-0x{-offset:x}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{name}+0x{offset:x}"),
    };
}
