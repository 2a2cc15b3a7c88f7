using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Signing;

/// <summary>Reads the files of keys and certificates.</summary>
internal static class SigningFiles
{
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>Reads a private key, or reports why not.</summary>
    internal static AsymmetricAlgorithm? ReadKey(string path, string? password, DiagnosticBag diagnostics)
    {
        SourcePlace place = new(path);
        string text = File.ReadAllText(path);
        // The form of OpenSSL before 1.0, which .NET does not read.
        if (text.Contains("\nProc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            diagnostics.AddError(DiagnosticCodes.SigningKeyUnreadable, "The signing key is encrypted in a form that OpenSSL no longer writes and .NET does not read. Convert it with: openssl pkcs8 -topk8 -in OLD -out NEW", place);
            return null;
        }

        bool isEncrypted = text.Contains($"-----BEGIN {EncryptedLabel}-----", StringComparison.Ordinal);
        if (isEncrypted && string.IsNullOrEmpty(password))
        {
            diagnostics.AddError(DiagnosticCodes.SigningPasswordWrong, "The signing key is encrypted, and no password was given. Put it into the environment variable KBUILD_SIGN_PIN.", place);
            return null;
        }

        if (Import(RSA.Create(), text, isEncrypted ? password : null) is { } rsa)
            return rsa;
        if (Import(ECDsa.Create(), text, isEncrypted ? password : null) is { } ecdsa)
            return ecdsa;
        if (isEncrypted)
            diagnostics.AddError(DiagnosticCodes.SigningPasswordWrong, "The signing key cannot be decrypted with the password in the environment variable KBUILD_SIGN_PIN, or is neither an RSA nor an ECDSA key. To see which, run: openssl pkey -noout -text -in KEY", place);
        else
            diagnostics.AddError(DiagnosticCodes.SigningKeyUnreadable, "The signing key is no private key of RSA or ECDSA in PEM form (-----BEGIN PRIVATE KEY-----). To convert one in DER form, run: openssl pkey -inform DER -in OLD -out NEW", place);
        return null;
    }

    /// <summary>Reads a certificate, or reports why not.</summary>
    internal static X509Certificate2? ReadCertificate(string path, DiagnosticBag diagnostics)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            return X509CertificateLoader.LoadCertificate(bytes);
        }
        catch (CryptographicException)
        {
            diagnostics.AddError(DiagnosticCodes.SigningCertificateUnreadable, "The file has no X.509 certificate, neither in DER form nor in PEM form (-----BEGIN CERTIFICATE-----). Set KlpSigningCertificate to the certificate of the signing key. Without that property it is expected in the file of the key.", new SourcePlace(path));
            return null;
        }
    }

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm key, string text, string? password)
    {
        try
        {
            if (password is null)
                key.ImportFromPem(text);
            else
                key.ImportFromEncryptedPem(text, password);
            // A public key is imported as well, and cannot sign.
            CryptographicOperations.ZeroMemory(key.ExportPkcs8PrivateKey());
            return key;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
