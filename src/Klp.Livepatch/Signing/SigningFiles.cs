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
            diagnostics.Add(SigningMessages.KeyFormTooOld(place));
            return null;
        }

        bool isEncrypted = text.Contains($"-----BEGIN {EncryptedLabel}-----", StringComparison.Ordinal);
        if (isEncrypted && string.IsNullOrEmpty(password))
        {
            diagnostics.Add(SigningMessages.NoPassword(place));
            return null;
        }

        if (Import(RSA.Create(), text, isEncrypted ? password : null) is { } rsa)
            return rsa;
        if (Import(ECDsa.Create(), text, isEncrypted ? password : null) is { } ecdsa)
            return ecdsa;
        if (isEncrypted)
            diagnostics.Add(SigningMessages.NotDecrypted(place));
        else
            diagnostics.Add(SigningMessages.NoKey(place));
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
            diagnostics.Add(SigningMessages.NoCertificate(new SourcePlace(path)));
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
