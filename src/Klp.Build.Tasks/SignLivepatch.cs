using System.Security.Cryptography;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Livepatch.Signing;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Appends the signature that a kernel with CONFIG_MODULE_SIG looks for to a converted module.</summary>
public sealed class SignLivepatch : StageTask
{
    // The kernel's build takes it from there too. It is no property, as those are in logs.
    private const string PasswordVariable = "KBUILD_SIGN_PIN";

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
        string hashName = Hash.Length == 0 ? SignatureHash.DefaultName : Hash;
        SignatureHash? hash = SignatureHash.Find(hashName);
        if (hash is null)
            diagnostics.AddError(DiagnosticCodes.SigningHashUnknown, $"Modules cannot be signed with the hash \"{hashName}\" here, but with {string.Join(", ", SignatureHash.Names)}. Set KlpSigningHash to one that the kernel has built in.");

        using SigningKey? key = FilesExist(diagnostics)
            ? SigningKey.Open(Root(Key), Root(Certificate.Length == 0 ? Key : Certificate), Environment.GetEnvironmentVariable(PasswordVariable), diagnostics)
            : null;
        if (hash is null || key is null)
            return;
        Log.LogMessage(MessageImportance.Normal, "Signing {0} with {1}.", Path.GetFileName(Module), Key);
        try
        {
            AtomicFile.WriteAllBytes(Root(Output), key.Sign(File.ReadAllBytes(Root(Module)), hash));
        }
        catch (Exception problem) when (problem is CryptographicException or PlatformNotSupportedException)
        {
            diagnostics.AddError(DiagnosticCodes.SigningHashUnknown, $"The module cannot be signed with {hash.Name} and this key: {problem.Message} Set KlpSigningHash to another hash, or take a larger key.", new SourcePlace(Root(Key)));
        }
    }

    private bool FilesExist(DiagnosticBag diagnostics)
    {
        if (Key.Length == 0)
            diagnostics.AddError(DiagnosticCodes.SigningFileMissing, "There is no key to sign the module with: KlpSignModule is true, KlpSigningKey is not set, and the kernel tree has none of its own (certs/signing_key.pem, used by kernels that are configured with CONFIG_MODULE_SIG_ALL). Set KlpSigningKey and KlpSigningCertificate.");
        else if (Key.StartsWith(KernelSigning.TokenPrefix, StringComparison.Ordinal))
            diagnostics.AddError(DiagnosticCodes.SigningKeyUnreadable, $"The signing key is in a PKCS#11 token, which is not read here. Set KlpSignModule to false, and sign the finished module with the kernel's scripts/sign-file.");
        else if (!File.Exists(Root(Key)))
            diagnostics.AddError(DiagnosticCodes.SigningFileMissing, $"The signing key {Root(Key)} does not exist. Correct KlpSigningKey.");
        if (Certificate.Length > 0 && !File.Exists(Root(Certificate)))
            diagnostics.AddError(DiagnosticCodes.SigningFileMissing, $"The signing certificate {Root(Certificate)} does not exist. Correct KlpSigningCertificate.");
        return !diagnostics.HasErrors;
    }
}
