using System.Globalization;
using System.Text;
using Klp.Elf.Relocations;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Disassembly;

/// <summary>Says for people what code refers to.</summary>
internal static class ReferenceText
{
    private const int MostOfString = 60;

    /// <summary>A relocation: its type, and what it leads to; strings by their contents.</summary>
    internal static string Of(UnitObject unit, PartReference reference) =>
        $"{RelocationTypes.For(unit.Source.Header.Machine).Name(reference.Relocation.Type)} {TargetOf(reference)}";

    private static string TargetOf(PartReference reference)
    {
        if (reference.Target is not { } target)
            return ReferenceNames.WithOffset(reference.ExternalName ?? "", reference.TargetOffset);
        if (target.Kind == PartKind.Strings && reference.TargetOffset >= 0 && (ulong)reference.TargetOffset < target.Size)
        {
            (string contents, long place) = PartContents.StringOf(reference);
            return ReferenceNames.WithOffset(Quoted(contents), place);
        }

        return ReferenceNames.WithOffset(
            target.Name, target.Symbol is null ? reference.TargetOffset : reference.TargetOffset - target.SymbolOffset);
    }

    // A character a byte: those of a wide string have several.
    private static string Quoted(string contents)
    {
        StringBuilder text = new("\"");
        foreach (char character in contents.Take(MostOfString))
        {
            text.Append(character switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '"' => "\\\"",
                '\\' => "\\\\",
                >= ' ' and <= '~' => character.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
            });
        }

        return text.Append(contents.Length > MostOfString ? "…\"" : "\"").ToString();
    }
}
