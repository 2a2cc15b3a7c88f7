namespace Klp.Livepatch.Conversion;

/// <summary>What a conversion does with an undefined symbol.</summary>
public enum SymbolDecisionKind
{
    /// <summary>Leaves it: the module loader resolves it.</summary>
    Leave,

    /// <summary>Makes it a livepatch symbol and moves its relocations to livepatch sections.</summary>
    Livepatch,

    /// <summary>Removes it: only an annotation named it.</summary>
    Remove,

    /// <summary>Cannot decide; a diagnostic says why.</summary>
    Undecided,
}
