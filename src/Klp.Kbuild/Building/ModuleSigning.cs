using System.Security.Cryptography;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Signing;

namespace Klp.Kbuild.Building;

/// <summary>Appends the signature that a kernel with CONFIG_MODULE_SIG looks for to a converted module.</summary>
/// <param name="Key">The private key's file; empty where there is none to sign with.</param>
/// <param name="Certificate">The certificate's file; empty where it is in the key's file.</param>
/// <param name="Hash">The name of the hash; empty for <see cref="SignatureHash.DefaultName"/>.</param>
public sealed record ModuleSigning(string Key, string Certificate, string Hash)
{
    // The kernel's build takes it from there too. It is no property or option, as those are in logs.
    private const string PasswordVariable = "KBUILD_SIGN_PIN";

    /// <summary>Signs a module.</summary>
    /// <param name="module">The converted module.</param>
    /// <param name="diagnostics">Receives what is wrong with key, certificate or hash.</param>
    /// <returns>The signed module; null after an error.</returns>
    public byte[]? Sign(byte[] module, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        string hashName = Hash.Length == 0 ? SignatureHash.DefaultName : Hash;
        SignatureHash? hash = SignatureHash.Find(hashName);
        if (hash is null)
        {
            diagnostics.AddError(
                DiagnosticCodes.SigningHashUnknown,
                $"Modules cannot be signed with the hash \"{hashName}\" here, but with {string.Join(", ", SignatureHash.Names)}. "
                    + $"Set {HostWord.SigningHash} to one that the kernel has built in.");
        }

        using SigningKey? key = FilesExist(diagnostics)
            ? SigningKey.Open(
                Key, Certificate.Length == 0 ? Key : Certificate, Environment.GetEnvironmentVariable(PasswordVariable), diagnostics)
            : null;
        if (hash is null || key is null)
            return null;
        try
        {
            return key.Sign(module, hash);
        }
        catch (Exception problem) when (problem is CryptographicException or PlatformNotSupportedException)
        {
            diagnostics.AddError(
                DiagnosticCodes.SigningHashUnknown,
                $"The module cannot be signed with {hash.Name} and this key: {problem.Message} "
                    + $"Set {HostWord.SigningHash} to another hash, or take a larger key.",
                new SourcePlace(Key));
            return null;
        }
    }

    private bool FilesExist(DiagnosticBag diagnostics)
    {
        if (Key.Length == 0)
        {
            diagnostics.AddError(
                DiagnosticCodes.SigningFileMissing,
                $"There is no key to sign the module with: {HostWord.Sign} is true, {HostWord.KeyFile} is not set, and the kernel "
                + "tree has none of its "
                    + "own (certs/signing_key.pem, used by kernels that are configured with CONFIG_MODULE_SIG_ALL). "
                    + $"Set {HostWord.KeyFile} and {HostWord.CertificateFile}.");
        }
        else if (Key.StartsWith(KernelSigning.TokenPrefix, StringComparison.Ordinal))
        {
            diagnostics.AddError(
                DiagnosticCodes.SigningKeyUnreadable,
                "The signing key is in a PKCS#11 token, which is not read here. "
                    + $"Set {HostWord.Sign} to false, and sign the finished module with the kernel's scripts/sign-file.");
        }
        else if (!File.Exists(Key))
        {
            diagnostics.AddError(DiagnosticCodes.SigningFileMissing, $"The signing key {Key} does not exist. Correct {HostWord.KeyFile}.");
        }

        if (Certificate.Length > 0 && !File.Exists(Certificate))
        {
            diagnostics.AddError(
                DiagnosticCodes.SigningFileMissing,
                $"The signing certificate {Certificate} does not exist. Correct {HostWord.CertificateFile}.");
        }

        return !diagnostics.HasErrors;
    }
}
