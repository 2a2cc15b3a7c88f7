using System.Diagnostics.CodeAnalysis;
using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Units;

/// <summary>An object of a kernel's build, and what a patch of its source can do. Immutable.</summary>
public sealed record UnitFacts
{
    /// <summary>The object, relative to the build directory: <c>fs/proc/version.o</c>.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is an object file.")]
    public required string Object { get; init; }

    /// <summary>Its source, relative to the source's root.</summary>
    public required string Source { get; init; }

    /// <summary>What the source is written in.</summary>
    public required UnitLanguage Language { get; init; }

    /// <summary><c>vmlinux</c>, or the run-time name of the module that it is linked into; empty for neither.</summary>
    public required string ObjectName { get; init; }

    /// <summary>Why none of its functions can be replaced, as a phrase; null where some can.</summary>
    public required string? Obstacle { get; init; }

    /// <summary>True where its recorded command has the compiler make places that ftrace can attach to.</summary>
    public required bool IsTraced { get; init; }

    /// <summary>How many functions it has; null where the object is missing or damaged.</summary>
    public required int? Functions { get; init; }

    /// <summary>How many of them are for the start, or the end, alone.</summary>
    public required int? StartFunctions { get; init; }

    /// <summary>
    /// How many places there are that ftrace can attach to: one of each function that can be replaced, for the start or not.
    /// </summary>
    public required int? TraceSites { get; init; }

    /// <summary>How many files it was compiled from, headers included.</summary>
    public required int InputFiles { get; init; }

    /// <summary>The size of these files in bytes.</summary>
    public required long InputBytes { get; init; }
}
