using System.Text;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Checks a finished module as the kernel would when it loads it, and describes it in a manifest.</summary>
public sealed class ValidateLivepatch : StageTask
{
    /// <summary>The module as it is shipped: signed or not, compressed or not.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The C sources, to name in messages.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>Earlier livepatches that the module is to replace.</summary>
    public ITaskItem[] Replaces { get; set; } = [];

    /// <summary>What <see cref="ExtractPatch"/> made; empty for no patch.</summary>
    public string PatchFile { get; set; } = "";

    /// <summary>The <c>.klp.json</c> to make when nothing is wrong.</summary>
    [Required]
    public string Manifest { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        ModuleValidation validation = new(
            ReadKernel(KernelCacheFile), LayOut(Sources), [.. Replaces.Select(earlier => Root(earlier.ItemSpec))])
        {
            MadeFrom = PatchFile.Length == 0 ? null : ExtractedPatch.ReadOrigin(Root(PatchFile)),
            OnProgress = Say,
        };
        if (validation.Check(File.ReadAllBytes(Root(Module)), Root(Module), diagnostics) is { } manifest)
            AtomicFile.WriteAllBytes(Root(Manifest), Encoding.UTF8.GetBytes(manifest.ToJson()));
    }
}
