using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Livepatch.Signing;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Appends the signature that a kernel with CONFIG_MODULE_SIG looks for to a converted module.</summary>
public sealed class SignLivepatch : StageTask
{
    /// <summary>The converted module.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>The private key's file; empty where there is none to sign with.</summary>
    public string Key { get; set; } = "";

    /// <summary>The certificate's file; empty where it is in the key's file.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>The name of the hash; empty for <see cref="SignatureHash.DefaultName"/>.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Receives the signed module.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        bool isFile = Key.Length > 0 && !Key.StartsWith(KernelSigning.TokenPrefix, StringComparison.Ordinal);
        if (isFile)
            Say($"Signing {Path.GetFileName(Module)} with {Key}.");
        ModuleSigning signing = new(isFile ? Root(Key) : Key, Certificate.Length == 0 ? "" : Root(Certificate), Hash);
        if (signing.Sign(File.ReadAllBytes(Root(Module)), diagnostics) is { } signed)
            AtomicFile.WriteAllBytes(Root(Output), signed);
    }
}
