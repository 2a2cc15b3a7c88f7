namespace Klp.Patching.Patches;

/// <summary>What a livepatch can do with a change of a file.</summary>
internal enum PatchedFileKind
{
    /// <summary>A C source.</summary>
    Source,

    /// <summary>A header.</summary>
    Header,

    /// <summary>A source in assembler: no livepatch carries it, but what changes in it may be without effect.</summary>
    Assembler,

    /// <summary>A makefile or a Kconfig file: no livepatch carries it, but comments are without effect.</summary>
    BuildDescription,

    /// <summary>No part of the kernel's objects.</summary>
    Unrelated,

    /// <summary>Something of which the kernel is made, but that no livepatch can carry.</summary>
    Unsupported,
}
