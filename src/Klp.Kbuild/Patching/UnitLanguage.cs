namespace Klp.Kbuild.Patching;

/// <summary>What the source of an object is written in.</summary>
public enum UnitLanguage
{
    /// <summary>C: what a livepatch can carry.</summary>
    C,

    /// <summary>Assembler, which includes headers of C.</summary>
    Assembler,

    /// <summary>Rust.</summary>
    Rust,

    /// <summary>
    /// C of which the build takes constants for a header that it generates (Kbuild's filechk_offsets): <c>kernel/bounds.s</c>.
    /// </summary>
    HeaderConstants,

    /// <summary>A script of the linker, which includes headers of C: <c>arch/arm64/kernel/vmlinux.lds</c>.</summary>
    LinkerScript,

    /// <summary>
    /// C of a program that the build runs to make other files, compiled and linked by one command (Kbuild's <c>hostprogs</c>):
    /// <c>lib/crc/gen_crc32table</c>.
    /// </summary>
    HostProgram,
}
