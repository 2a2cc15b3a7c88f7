namespace Klp.Kernel.Diagnostics;

// KLP6xxx: signing, compression and compiler launchers.
public static partial class DiagnosticCodes
{
    /// <summary>There is no key or certificate to sign the module with.</summary>
    public static readonly DiagnosticDescriptor SigningFileMissing =
        Error("KLP6001", "there is no key or certificate to sign the module with");

    /// <summary>The file of the signing key has no private key that can be used.</summary>
    public static readonly DiagnosticDescriptor SigningKeyUnreadable = Error("KLP6002", "the signing key cannot be read");

    /// <summary>The signing key is encrypted, and its password is missing or wrong.</summary>
    public static readonly DiagnosticDescriptor SigningPasswordWrong = Error("KLP6003", "the signing key's password is missing or wrong");

    /// <summary>The file of the signing certificate has none.</summary>
    public static readonly DiagnosticDescriptor SigningCertificateUnreadable = Error("KLP6004", "the signing certificate cannot be read");

    /// <summary>The signing key is not that of the certificate.</summary>
    public static readonly DiagnosticDescriptor SigningKeyMismatch = Error("KLP6005", "the signing key is not that of the certificate");

    /// <summary>The hash to sign with is not known, or cannot be used here.</summary>
    public static readonly DiagnosticDescriptor SigningHashUnknown = Error("KLP6006", "the hash to sign with is not known");

    /// <summary>The way to compress the module is not known.</summary>
    public static readonly DiagnosticDescriptor CompressionUnknown = Error("KLP6007", "the way to compress the module is not known");

    /// <summary>The library that compresses the module is not installed.</summary>
    public static readonly DiagnosticDescriptor CompressionLibraryMissing =
        Error("KLP6008", "the library that compresses the module is not installed");

    /// <summary>The compiler launcher was not found, or is not one that make can call.</summary>
    public static readonly DiagnosticDescriptor CompilerLauncherMissing = Error("KLP6009", "the compiler launcher was not found");
}
