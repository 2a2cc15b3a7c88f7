namespace Klp.Patching.Diff;

/// <summary>What a section of a unit is for.</summary>
internal enum SectionRole
{
    /// <summary>Code or data of the unit.</summary>
    Contents,

    /// <summary>A table with an entry for each place in the code, which the kernel reads: see <see cref="SpecialTable"/>.</summary>
    Table,

    /// <summary>
    /// For the build or for the start of the kernel alone: a livepatch does not have it, and a change in it has no effect.
    /// </summary>
    Dropped,

    /// <summary>It would have an effect only when the kernel or the module registers it as it starts.</summary>
    Registration,

    /// <summary>The kernel puts values into the code that refers to it, at its start alone (include/asm-generic/runtime-const.h).</summary>
    RuntimeConstant,
}
