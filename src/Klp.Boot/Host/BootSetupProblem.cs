namespace Klp.Boot.Host;

/// <summary>What keeps a kernel from being booted at all.</summary>
public enum BootSetupProblem
{
    /// <summary>The kernel has no image to boot.</summary>
    KernelNotBuilt,

    /// <summary>The image is there, but may be read by root only.</summary>
    KernelUnreadable,

    /// <summary>The kernel is made for an architecture that the harness has no machine for.</summary>
    UnsupportedArchitecture,

    /// <summary>The kernel has no such module, or a file is not a module.</summary>
    ModuleNotFound,

    /// <summary>QEMU for the architecture is not installed.</summary>
    QemuMissing,

    /// <summary>The compiler for the architecture is not installed.</summary>
    CompilerMissing,

    /// <summary>The compiler has no C library to link a static program with.</summary>
    CLibraryMissing,

    /// <summary>A program for the guest does not compile.</summary>
    CompilationFailed,

    /// <summary>The user's cache folder cannot be written.</summary>
    CacheNotWritable,
}
