using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Signing;

/// <summary>What there is to say of the files of keys and certificates.</summary>
internal static class SigningMessages
{
    internal static Diagnostic KeyFormTooOld(SourcePlace? place) => DiagnosticCodes.SigningKeyUnreadable.At(
        place,
        "The signing key is encrypted in a form that OpenSSL no longer writes and .NET does not read. Convert it with: openssl "
        + "pkcs8 -topk8 -in OLD -out NEW");

    internal static Diagnostic NoPassword(SourcePlace? place) => DiagnosticCodes.SigningPasswordWrong.At(
        place, "The signing key is encrypted, and no password was given. Put it into the environment variable KBUILD_SIGN_PIN.");

    internal static Diagnostic NotDecrypted(SourcePlace? place) => DiagnosticCodes.SigningPasswordWrong.At(
        place,
        "The signing key cannot be decrypted with the password in the environment variable KBUILD_SIGN_PIN, or is neither an "
        + "RSA nor an ECDSA key. To see which, run: openssl pkey -noout -text -in KEY");

    internal static Diagnostic NoKey(SourcePlace? place) => DiagnosticCodes.SigningKeyUnreadable.At(
        place,
        "The signing key is no private key of RSA or ECDSA in PEM form (-----BEGIN PRIVATE KEY-----). To convert one in DER "
        + "form, run: openssl pkey -inform DER -in OLD -out NEW");

    internal static Diagnostic NoCertificate(SourcePlace? place) => DiagnosticCodes.SigningCertificateUnreadable.At(
        place,
        "The file has no X.509 certificate, neither in DER form nor in PEM form (-----BEGIN CERTIFICATE-----). Set "
        + $"{HostWord.CertificateFile} to the certificate of the signing key. Without that property it is expected in the file of the "
        + "key.");

    internal static Diagnostic KeyOfOtherCertificate(SourcePlace? place, string key, string certificate, string subject) =>
        DiagnosticCodes.SigningKeyMismatch.At(
            place,
            $"The signing key {key} is not that of the certificate {certificate} ({subject}), so the kernel could not verify what "
            + $"it signs. Set {HostWord.KeyFile} and {HostWord.CertificateFile} to a key and a certificate that were made "
            + "together.");
}
