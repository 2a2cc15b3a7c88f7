using System.Diagnostics;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// A part of a compiled unit that stands for itself: a function, a variable, or a section whose contents no symbol names.
/// With -ffunction-sections and -fdata-sections most have a section of their own.
/// </summary>
[DebuggerDisplay("{Kind} {Name}")]
public sealed class UnitPart
{
    /// <summary>The section that holds it.</summary>
    public required ElfDataSection Section { get; init; }

    /// <summary>Where it begins in the section, in bytes.</summary>
    public required ulong Offset { get; init; }

    /// <summary>How many bytes it has.</summary>
    public required ulong Size { get; init; }

    /// <summary>What it is.</summary>
    public required PartKind Kind { get; init; }

    /// <summary>The symbol that names it, or null.</summary>
    public ElfSymbol? Symbol { get; init; }

    /// <summary>Further names of the same place.</summary>
    public IReadOnlyList<ElfSymbol> Aliases { get; init; } = [];

    /// <summary>True where the section holds other parts as well.</summary>
    public bool IsShared { get; init; }

    /// <summary>True for code whose section holds other code as well: branches between them have no relocation.</summary>
    public bool IsSharedCode => IsShared && (Kind is PartKind.Function or PartKind.Alternative);

    /// <summary>The symbol's name, or the section's.</summary>
    public string Name => Symbol?.Name ?? Section.Name;

    /// <summary>The name that it has in the source: without what the compiler adds to those of clones and static variables.</summary>
    public string SourceName => PartNames.OfSource(Name);

    /// <summary>The name of the function that it is the cold part of; null for what is none.</summary>
    public string? ColdParent => Kind == PartKind.Function ? PartNames.ParentOfCold(Name) : null;

    /// <summary>True for a name that other units can refer to.</summary>
    public bool IsGlobal =>
        Symbol is not null && (Symbol.Binding != ElfSymbolBinding.Local || Aliases.Any(alias => alias.Binding != ElfSymbolBinding.Local));

    /// <summary>True for what the kernel may write to, as its section says.</summary>
    public bool IsWritable => Section.Flags.HasFlag(ElfSectionFlags.Write);

    /// <summary>Where it begins.</summary>
    public ElfPlace Place => new(Section, Offset);

    /// <summary>Where its symbol is, from its beginning, in bytes: with CALL_OPS something comes before a function.</summary>
    public long SymbolOffset => (long)(Symbol!.Value - Offset);

    /// <summary>All names of it.</summary>
    public IEnumerable<ElfSymbol> Symbols => Symbol is null ? [] : [Symbol, .. Aliases];

    /// <summary>Its bytes; empty where it has none in the file (SHT_NOBITS).</summary>
    public ReadOnlySpan<byte> Contents => Section.HasContents ? Section.Contents.Slice((int)Offset, (int)Size) : [];
}
