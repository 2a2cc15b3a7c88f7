using System.Text;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Manifest;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Validation;
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

    /// <summary>The <c>.klp.json</c> to make when nothing is wrong.</summary>
    [Required]
    public string Manifest { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = ReadKernel(KernelCacheFile);
        if (kernel.OpenTree(diagnostics) is not { } tree)
            return;
        string path = Root(Module);
        Log.LogMessage(MessageImportance.Normal, "Checking {0} as {1} would when it loads it.", Path.GetFileName(path), kernel.Release);
        byte[] file = File.ReadAllBytes(path);
        byte[] module = CompressedFile.Decompress(file, path);
        DiagnosticBag findings = new();
        LivepatchModule? livepatch = LivepatchValidator.Validate(module, path, tree, SymbolDatabase.Open(kernel.Database, findings), findings);
        if (livepatch is not null && !findings.HasErrors)
        {
            foreach (ITaskItem earlier in Replaces)
                ReplacementValidator.Validate(livepatch, Root(earlier.ItemSpec), tree, findings);
        }

        StageLayout layout = LayOut(Sources);
        diagnostics.AddRange(findings.Select(layout.InUsersFile));
        if (livepatch is not null && !diagnostics.HasErrors)
            AtomicFile.WriteAllBytes(Root(Manifest), Encoding.UTF8.GetBytes(LivepatchManifest.Create(livepatch, file, tree, kernel.Database).ToJson()));
    }
}
