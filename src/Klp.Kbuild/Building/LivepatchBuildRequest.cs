using Klp.Kbuild.Patching;
using Klp.Kernel.Compression;
using Klp.Livepatch.Generation;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Building;

/// <summary>A livepatch that is to be made for a kernel. Paths are absolute.</summary>
public sealed record LivepatchBuildRequest
{
    /// <summary>The kernel.</summary>
    public required KernelRequest Kernel { get; init; }

    /// <summary>The folder from which relative paths start, and by which sources are named in the module.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The sources: <c>.c</c>, and <c>.S</c> in assembler. With patches there may be none.</summary>
    public required IReadOnlyList<LivepatchSource> Sources { get; init; }

    /// <summary>The module's name.</summary>
    public required string ModuleName { get; init; }

    /// <summary>The SDK's C headers.</summary>
    public required string SdkIncludeDirectory { get; init; }

    /// <summary>The folder under which everything is made; kbuild works there, in a folder for each kernel's release.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>The file that the module is to be, by the kernel's release and how it is compressed.</summary>
    public required Func<string, ModuleCompression, string> OutputPath { get; init; }

    /// <summary>What the tables are generated from, beside what the patches change; null where they are written by hand.</summary>
    public PatchDescription? Patch { get; init; }

    /// <summary>Patches of the kernel's source that are to become part of the livepatch, in the order in which they apply.</summary>
    public IReadOnlyList<PatchInput> Patches { get; init; } = [];

    /// <summary>The kernel's source, where it is not where the build's own records say; null for there.</summary>
    public string? KernelSource { get; init; }

    /// <summary>How many units of the kernel the patches may change.</summary>
    public int MaxUnits { get; init; } = PatchRequest.DefaultMaxUnits;

    /// <summary>A program that calls the compiler, perhaps with options of its own; empty for none.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>Folders of headers, which may be relative.</summary>
    public IReadOnlyList<string> IncludeDirectories { get; init; } = [];

    /// <summary>Options for the compiler, as kbuild's ccflags-y takes them.</summary>
    public string Options { get; init; } = "";

    /// <summary>True to sign, false not to, null to sign where there is a key: the user's, or the kernel's own in its tree.</summary>
    public bool? Sign { get; init; }

    /// <summary>The private key's file; empty for the kernel's own.</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>The certificate's file; empty for the kernel's own, or the one in the key's file.</summary>
    public string SigningCertificate { get; init; } = "";

    /// <summary>The hash of the signature; empty for the kernel's.</summary>
    public string SigningHash { get; init; } = "";

    /// <summary>How the module is compressed; null for as the kernel is configured.</summary>
    public ModuleCompression? Compression { get; init; }

    /// <summary>Earlier livepatches that the module is to replace.</summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>The file that the user finds kbuild's output in; null for none.</summary>
    public string? LogFile { get; init; }

    /// <summary>True to disassemble for the explanation what the patches changed.</summary>
    public bool DisassemblesPatches { get; init; }

    /// <summary>Told what became of the patches, before anything is made of it; also where they are refused.</summary>
    public Action<PatchExplanation> OnExplained { get; init; } = _ => { };

    /// <summary>Told what is done, in a sentence.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };

    /// <summary>Receives all lines of kbuild's output, once it has ended.</summary>
    public Action<IReadOnlyList<string>> OnOutput { get; init; } = _ => { };
}
