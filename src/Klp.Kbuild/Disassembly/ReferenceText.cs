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

    /// <summary>A name and a distance from it.</summary>
    internal static string Of(string name, long offset) => offset == 0 ? name
        : string.Create(CultureInfo.InvariantCulture, $"{name}{(offset < 0 ? '-' : '+')}0x{Math.Abs(offset):x}");

    private static string TargetOf(PartReference reference)
    {
        if (reference.Target is not { } target)
            return Of(reference.ExternalName ?? "", reference.TargetOffset);
        if (target.Kind == PartKind.Strings && reference.TargetOffset >= 0 && (ulong)reference.TargetOffset < target.Size)
            return Quoted(target.Contents[(int)reference.TargetOffset..]);
        return Of(target.Name, target.Symbol is null ? reference.TargetOffset : reference.TargetOffset - target.SymbolOffset);
    }

    private static string Quoted(ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)0);
        rest = end < 0 ? rest : rest[..end];
        StringBuilder text = new("\"");
        foreach (byte character in rest[..Math.Min(rest.Length, MostOfString)])
        {
            text.Append(character switch
            {
                (byte)'\n' => "\\n",
                (byte)'\t' => "\\t",
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                >= (byte)' ' and <= (byte)'~' => ((char)character).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{character:x2}"),
            });
        }

        return text.Append(rest.Length > MostOfString ? "…\"" : "\"").ToString();
    }
}
