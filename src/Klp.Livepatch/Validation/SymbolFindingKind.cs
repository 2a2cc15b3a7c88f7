namespace Klp.Livepatch.Validation;

/// <summary>The outcomes of klp_find_object_symbol (kernel/livepatch/core.c).</summary>
internal enum SymbolFindingKind
{
    /// <summary>One symbol.</summary>
    Found,

    /// <summary>The object is not known here, so nothing can be said.</summary>
    Unknown,

    /// <summary>No symbol, or one at address 0, which the kernel takes for none.</summary>
    NotFound,

    /// <summary>Several symbols, and no position says which.</summary>
    Ambiguous,

    /// <summary>Fewer symbols than the position.</summary>
    PositionOutOfRange,

    /// <summary>Another symbol while the module loads, when its init symbols count, than once it runs.</summary>
    DependsOnLoadOrder,
}
