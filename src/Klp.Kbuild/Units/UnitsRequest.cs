using Klp.Kbuild.Building;

namespace Klp.Kbuild.Units;

/// <summary>Files of a kernel's source of which is asked what they are compiled into.</summary>
public sealed record UnitsRequest
{
    /// <summary>The kernel.</summary>
    public required KernelRequest Kernel { get; init; }

    /// <summary>
    /// The files as the user names them: from the source's root, from <see cref="CurrentDirectory"/>, or as absolute paths.
    /// </summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where relative names may start.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>
    /// A folder for what one unit is compiled into, to measure how long that takes; absolute, and the caller's to remove.
    /// </summary>
    public required string WorkDirectory { get; init; }

    /// <summary>The kernel's source, where it is not where the build's own records say; null for there.</summary>
    public string? SourceDirectory { get; init; }

    /// <summary>A program that calls the compiler, perhaps with options of its own; empty for none.</summary>
    public string Launcher { get; init; } = "";
}
