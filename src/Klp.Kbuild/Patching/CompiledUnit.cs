namespace Klp.Kbuild.Patching;

/// <summary>An object of the kernel's build, compiled with a patch and, where that makes a difference, without.</summary>
public sealed record CompiledUnit
{
    /// <summary>The object.</summary>
    public required KernelUnit Unit { get; init; }

    /// <summary>The object as it is in the kernel's build; empty where <see cref="IsUnaffected"/>.</summary>
    public required byte[] Tree { get; init; }

    /// <summary>The original, compiled with a section for each function and variable; null where <see cref="IsUnaffected"/>.</summary>
    public byte[]? Original { get; init; }

    /// <summary>
    /// The patched source, compiled with a section for each function and variable; null where <see cref="IsUnaffected"/>.
    /// </summary>
    public byte[]? Patched { get; init; }

    /// <summary>Static variables that <see cref="Original"/> has as global ones, so that what refers to them names them.</summary>
    public IReadOnlySet<string> KeptNames { get; init; } = new HashSet<string>();

    /// <summary>Those of <see cref="Patched"/>.</summary>
    public IReadOnlySet<string> PatchedKeptNames { get; init; } = new HashSet<string>();

    /// <summary>
    /// The variables that <see cref="Original"/> and <see cref="Patched"/> read where the kernel has runtime constants made from them;
    /// empty for a unit without.
    /// </summary>
    public IReadOnlySet<string> RuntimeConstants { get; init; } = new HashSet<string>();

    /// <summary>True where the patched source gives the kernel's own object: nothing of it is for the livepatch.</summary>
    public bool IsUnaffected { get; init; }

    /// <summary>How it is known that the source is what the kernel's object was made from, in a sentence.</summary>
    public required string Proof { get; init; }

    /// <summary>The exported symbols whose CRC the patch changes; also where <see cref="IsUnaffected"/>.</summary>
    public IReadOnlyList<VersionChange> VersionChanges { get; init; } = [];

    /// <summary>Why it is not known whether the patch changes CRCs, in words that go on after a colon; null where it is.</summary>
    public string? VersionProblem { get; init; }

    /// <summary>True where the original was taken from the cache.</summary>
    public bool IsOriginalCached { get; init; }
}
