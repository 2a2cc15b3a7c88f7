namespace Klp.Patching.Extraction;

/// <summary>Where a reference of extracted code leads to.</summary>
public enum ReferenceKind
{
    /// <summary>To a part that is extracted as well.</summary>
    Included,

    /// <summary>To a symbol that vmlinux exports, which the module loader resolves.</summary>
    Export,

    /// <summary>To a symbol of the kernel that livepatch resolves.</summary>
    Livepatch,

    /// <summary>To a new symbol of another unit of the patch.</summary>
    OtherUnit,

    /// <summary>To a weak symbol that nobody defines, so that its address is 0.</summary>
    Undefined,
}
