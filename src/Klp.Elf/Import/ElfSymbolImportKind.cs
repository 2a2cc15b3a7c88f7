namespace Klp.Elf.Import;

/// <summary>What becomes of a symbol of another object.</summary>
internal enum ElfSymbolImportKind
{
    /// <summary>It comes along.</summary>
    AsItIs,

    /// <summary>It is undefined, by a name.</summary>
    Undefined,

    /// <summary>Another symbol takes its place.</summary>
    Replaced,
}
