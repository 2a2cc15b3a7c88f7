using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Building;

/// <summary>What is to be compiled, and how. Paths are absolute.</summary>
public sealed record CompilationRequest
{
    /// <summary>The folder from which relative paths start, and by which sources are named in the module.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The sources: <c>.c</c>, and <c>.S</c> in assembler.</summary>
    public required IReadOnlyList<LivepatchSource> Sources { get; init; }

    /// <summary>Objects that are there already and become part of the module, in the order in which they are linked.</summary>
    public IReadOnlyList<LinkedObject> Objects { get; init; } = [];

    /// <summary>The module's name.</summary>
    public required string ModuleName { get; init; }

    /// <summary>The kernel and its tools.</summary>
    public required KernelCache Kernel { get; init; }

    /// <summary>The folder in which kbuild works.</summary>
    public required string StageDirectory { get; init; }

    /// <summary>The SDK's C headers.</summary>
    public required string SdkIncludeDirectory { get; init; }

    /// <summary>The generated source of the livepatch's tables; null where they are written by hand.</summary>
    public string? Tables { get; init; }

    /// <summary>
    /// Reads what the generated tables name, with places for messages, and receives what is wrong with that. It is called where
    /// the sources came to be compiled.
    /// </summary>
    public Func<DiagnosticBag, PatchDescription>? ReadPatch { get; init; }

    /// <summary>A program that calls the compiler, perhaps with options of its own; empty for none.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>Folders of headers, which may be relative.</summary>
    public IReadOnlyList<string> IncludeDirectories { get; init; } = [];

    /// <summary>Options for the compiler, as kbuild's ccflags-y takes them.</summary>
    public string Options { get; init; } = "";

    /// <summary>The names of the environment variables that kbuild gets, besides those by which no other module is made.</summary>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>The file that the user finds kbuild's output in; null for none.</summary>
    public string? LogFile { get; init; }

    /// <summary>Finds where the user sets what a message is about.</summary>
    public Func<HostWord, SourcePlace?> PlaceOfSetting { get; init; } = _ => null;

    /// <summary>Told what is done, in a sentence.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };

    /// <summary>Receives all lines of kbuild's output, once it has ended.</summary>
    public Action<IReadOnlyList<string>> OnOutput { get; init; } = _ => { };
}
