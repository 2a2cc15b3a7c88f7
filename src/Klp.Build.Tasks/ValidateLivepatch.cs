using Klp.Livepatch;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Validation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Checks a converted module as the kernel would when it loads it.</summary>
public sealed class ValidateLivepatch : KlpTask
{
    /// <summary>The converted module.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>An empty file that is made when nothing is wrong.</summary>
    [Required]
    public string Stamp { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = KernelCache.Read(Root(KernelCacheFile));
        if (kernel.OpenTree(diagnostics) is not { } tree)
            return;
        LivepatchValidator.ValidateFile(Root(Module), tree, null, diagnostics);
        if (!diagnostics.HasErrors)
            AtomicFile.WriteAllBytes(Root(Stamp), []);
    }

    /// <inheritdoc/>
    protected override void Withdraw() => File.Delete(Root(Stamp));
}
