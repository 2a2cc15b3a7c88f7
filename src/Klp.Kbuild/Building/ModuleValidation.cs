using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Manifest;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Validation;

namespace Klp.Kbuild.Building;

/// <summary>Checks a finished module as the kernel would when it loads it, and describes it in a manifest.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Layout">The module's sources, to name in messages.</param>
/// <param name="Replaces">Earlier livepatches that the module is to replace, as absolute paths.</param>
public sealed record ModuleValidation(KernelCache Kernel, StageLayout Layout, IReadOnlyList<string> Replaces)
{
    /// <summary>The patches of the kernel's source that the module was made from, for the manifest; null for none.</summary>
    public ManifestOrigin? MadeFrom { get; init; }

    /// <summary>Told what is done, in a sentence.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };

    /// <summary>Checks a module.</summary>
    /// <param name="file">The bytes of the module as it is shipped: signed or not, compressed or not.</param>
    /// <param name="path">The file that has them.</param>
    /// <param name="diagnostics">Receives what the kernel would refuse.</param>
    /// <returns>The manifest; null after an error.</returns>
    public LivepatchManifest? Check(byte[] file, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Kernel.OpenTree(diagnostics) is not { } tree)
            return null;
        OnProgress($"Checking {Path.GetFileName(path)} as {Kernel.Release} would when it loads it.");
        byte[] module = CompressedFile.Decompress(file, path);
        DiagnosticBag findings = new();
        LivepatchModule? livepatch = LivepatchValidator.Validate(
            module, path, tree, SymbolDatabase.Open(Kernel.Database, findings), findings);
        if (livepatch is not null && !findings.HasErrors)
        {
            foreach (string earlier in Replaces)
                ReplacementValidator.Validate(livepatch, earlier, tree, findings);
        }

        diagnostics.AddRange(findings.Select(Layout.InUsersFile));
        return livepatch is null || diagnostics.HasErrors
            ? null
            : LivepatchManifest.Create(livepatch, file, tree, Kernel.Database) with { MadeFrom = MadeFrom };
    }
}
