using Klp.Kbuild.Runs;
using Klp.Livepatch.Generation;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>Patches of a kernel's source that are to become objects of a livepatch. Paths are absolute.</summary>
public sealed record PatchRequest
{
    /// <summary>The kernel and its tools.</summary>
    public required KernelCache Kernel { get; init; }

    /// <summary>The patches; each applies to what those before it leave.</summary>
    public required IReadOnlyList<PatchInput> Patches { get; init; }

    /// <summary>The folder for what is made on the way.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>
    /// A folder that keeps what was learnt of the kernel for all its patches; null for one below <see cref="WorkDirectory"/>.
    /// </summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The kernel's source, where it is not where the build's own records say; null for there.</summary>
    public string? SourceDirectory { get; init; }

    /// <summary>What the livepatch has beside what the patches change, to tell of it; null for nothing.</summary>
    public PatchDescription? Written { get; init; }

    /// <summary>How many units may change.</summary>
    public int MaxUnits { get; init; } = DefaultMaxUnits;

    /// <summary>A program that calls the compiler, perhaps with options of its own; empty for none.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>The names of the environment variables that the compiler gets, besides those by which no other object is made.</summary>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>A folder for copies of the patched files, with how the kernel compiles them; null to leave none.</summary>
    public string? CopiesDirectory { get; init; }

    /// <summary>True to disassemble for the explanation the functions that changed.</summary>
    public bool Disassembles { get; init; }

    /// <summary>Told what is done, in a sentence.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };

    /// <summary>How many units may change where the user does not say.</summary>
    public const int DefaultMaxUnits = 50;
}
