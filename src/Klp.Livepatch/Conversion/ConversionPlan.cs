using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Everything a conversion will do with a module, and everything there is to say about it. Made without changing the module.
/// </summary>
public sealed class ConversionPlan
{
    internal ConversionPlan(
        ElfObject module,
        IReadOnlyList<SymbolDecision> decisions,
        IReadOnlyList<RelocationMove> moves,
        IReadOnlyList<SpecialSectionMove> specialSectionMoves,
        DiagnosticBag diagnostics)
    {
        Module = module;
        Decisions = decisions;
        Moves = moves;
        SpecialSectionMoves = specialSectionMoves;
        Diagnostics = diagnostics;
    }

    /// <summary>The module the plan is for.</summary>
    public ElfObject Module { get; }

    /// <summary>A decision for each undefined symbol, in the order of the symbol table.</summary>
    public IReadOnlyList<SymbolDecision> Decisions { get; }

    /// <summary>The relocations that move, in the order of the module.</summary>
    public IReadOnlyList<RelocationMove> Moves { get; }

    /// <summary>The entries of special sections that move, for kernels that apply them after livepatch relocations.</summary>
    public IReadOnlyList<SpecialSectionMove> SpecialSectionMoves { get; }

    /// <summary>
    /// The modules that modinfo's <c>depends</c> names after the conversion, or null when it stays: a patched module whose
    /// exports have become livepatch symbols may be loaded later, so it is no dependency any more.
    /// </summary>
    public string? Depends { get; init; }

    /// <summary>What there is to tell the user. A plan with errors cannot be applied.</summary>
    public DiagnosticBag Diagnostics { get; }
}
