namespace Klp.Livepatch.Conversion;

/// <summary>Why a livepatch relocation would go wrong in the memory that it is for.</summary>
internal enum LoaderHazardKind
{
    /// <summary>The memory is freed before the relocation is applied.</summary>
    Freed,

    /// <summary>The kernel reads the memory before the relocation is applied.</summary>
    ReadBefore,

    /// <summary>The kernel applies no relocation there.</summary>
    NeverRelocated,

    /// <summary>The kernel cannot write there once the livepatch is loaded.</summary>
    NotWritable,

    /// <summary>What the kernel does with the memory is not known.</summary>
    UnknownSection,
}
