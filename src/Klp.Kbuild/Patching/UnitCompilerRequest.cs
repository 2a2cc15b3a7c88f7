using Klp.Kbuild.Runs;

namespace Klp.Kbuild.Patching;

/// <summary>What <see cref="UnitCompiler"/> compiles with.</summary>
public sealed record UnitCompilerRequest
{
    /// <summary>The kernel and its tools.</summary>
    public required KernelCache Kernel { get; init; }

    /// <summary>The kernel's source.</summary>
    public required KernelSource Source { get; init; }

    /// <summary>The patched source, which has been made.</summary>
    public required SourceOverlay Overlay { get; init; }

    /// <summary>The files that differ in it.</summary>
    public required IReadOnlyList<OverlaidFile> Files { get; init; }

    /// <summary>The folder for objects, as an absolute path.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>The folder that keeps compiled originals for all patches of the kernel, as an absolute path; null for none.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>A program that calls the compiler, perhaps with options of its own; empty for none.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>The names of the environment variables that the compiler gets, besides those by which no other object is made.</summary>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>
    /// Asked with the units that change before they are compiled for comparison, which takes three times as long; false ends
    /// the work without an error of its own.
    /// </summary>
    public Func<IReadOnlyList<KernelUnit>, bool> OnAffected { get; init; } = _ => true;

    /// <summary>Told what is done, in a sentence; from several threads, one at a time.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };
}
