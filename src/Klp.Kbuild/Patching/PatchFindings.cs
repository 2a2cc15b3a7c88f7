using Klp.Kernel.Trees;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>What a build of patches has found out so far, so that it can be told where the build ends early, too.</summary>
internal sealed class PatchFindings
{
    internal KernelTree? Tree { get; set; }

    internal KernelSource? Source { get; set; }

    /// <summary>SHA-256 of the patches that were read, in hexadecimal digits.</summary>
    internal Dictionary<PatchInput, string> Hashes { get; } = [];

    internal IReadOnlyList<PatchedSource> Files { get; set; } = [];

    internal IReadOnlyList<KernelUnit> Units { get; set; } = [];

    internal IReadOnlyList<CompiledUnit> Compiled { get; set; } = [];

    internal IReadOnlyList<ExtractedUnit> Extracted { get; set; } = [];
}
