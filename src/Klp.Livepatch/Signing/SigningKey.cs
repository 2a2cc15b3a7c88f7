using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Signing;

/// <summary>
/// A private key with its certificate. It signs modules as the kernel's scripts/sign-file does: finished ones, as what
/// changes a module afterwards breaks the signature or takes it away. Compression comes after it.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private SigningKey(AsymmetricAlgorithm key, X509Certificate2 certificate)
    {
        Key = key;
        Certificate = certificate;
    }

    /// <summary>The private key: RSA or ECDsa.</summary>
    internal AsymmetricAlgorithm Key { get; }

    /// <summary>The certificate that the kernel has.</summary>
    internal X509Certificate2 Certificate { get; }

    /// <summary>Reads a key and its certificate.</summary>
    /// <param name="keyPath">A PEM file with an RSA or ECDSA key: PKCS#8, encrypted or not, PKCS#1 or SEC 1.</param>
    /// <param name="certificatePath">
    /// An X.509 certificate, DER or PEM. It may be the key's file, as a kernel's certs/signing_key.pem has both.
    /// </param>
    /// <param name="password">The key's password; null for none.</param>
    /// <param name="diagnostics">Receives an error for what cannot be used.</param>
    /// <returns>The key, or null after an error.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static SigningKey? Open(string keyPath, string certificatePath, string? password, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        X509Certificate2? certificate = SigningFiles.ReadCertificate(certificatePath, diagnostics);
        AsymmetricAlgorithm? key = SigningFiles.ReadKey(keyPath, password, diagnostics);
        if (certificate is not null && key is not null)
        {
            if (IsKeyOf(certificate, key))
                return new SigningKey(key, certificate);
            diagnostics.Add(SigningMessages.KeyOfOtherCertificate(
                new SourcePlace(certificatePath), keyPath, certificatePath, certificate.Subject));
        }

        certificate?.Dispose();
        key?.Dispose();
        return null;
    }

    /// <summary>Appends a signature to a module.</summary>
    /// <param name="module">The module, unsigned.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>The signed module.</returns>
    /// <exception cref="CryptographicException">This system's library does not have the hash, or the key is too small for it.</exception>
    public byte[] Sign(byte[] module, SignatureHash hash)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(hash);
        return ModuleSignature.Append(module, CmsSignature.Create(module, this, hash));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        Certificate.Dispose();
    }

    private static bool IsKeyOf(X509Certificate2 certificate, AsymmetricAlgorithm key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
}
