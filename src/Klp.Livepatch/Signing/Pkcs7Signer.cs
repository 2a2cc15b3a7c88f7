using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Klp.Livepatch.Signing;

/// <summary>
/// The signer of a detached PKCS#7 signature (RFC 5652, SignedData and SignerInfo), as the kernel's scripts/sign-file writes it.
/// </summary>
internal sealed class Pkcs7Signer
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string KeyIdentifierExtension = "2.5.29.14";

    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1);

    private static readonly Dictionary<string, HashAlgorithmName> Digests = new(StringComparer.Ordinal)
    {
        ["1.3.14.3.2.26"] = HashAlgorithmName.SHA1,
        ["2.16.840.1.101.3.4.2.1"] = HashAlgorithmName.SHA256,
        ["2.16.840.1.101.3.4.2.2"] = HashAlgorithmName.SHA384,
        ["2.16.840.1.101.3.4.2.3"] = HashAlgorithmName.SHA512,
        ["2.16.840.1.101.3.4.2.8"] = HashAlgorithmName.SHA3_256,
        ["2.16.840.1.101.3.4.2.9"] = HashAlgorithmName.SHA3_384,
        ["2.16.840.1.101.3.4.2.10"] = HashAlgorithmName.SHA3_512,
    };

    private readonly ReadOnlyMemory<byte> issuer;
    private readonly ReadOnlyMemory<byte> serial;
    private readonly ReadOnlyMemory<byte> keyIdentifier;
    private readonly string digest;
    private readonly bool hasAttributes;
    private readonly byte[] signature;

    // SignerInfo: version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature.
    private Pkcs7Signer(AsnReader info)
    {
        info.ReadInteger();
        if (info.PeekTag().HasSameClassAndValue(Context0))
        {
            keyIdentifier = info.ReadOctetString(Context0);
        }
        else
        {
            AsnReader identifier = info.ReadSequence();
            issuer = identifier.ReadEncodedValue();
            serial = identifier.ReadIntegerBytes();
        }

        digest = info.ReadSequence().ReadObjectIdentifier();
        hasAttributes = info.PeekTag().HasSameClassAndValue(Context0);
        if (hasAttributes)
            info.ReadEncodedValue();
        info.ReadSequence();
        signature = info.ReadOctetString();
    }

    /// <summary>
    /// Whether this is a SignedData at all (RFC 5652, ContentInfo). Of anything else the kernel's parser
    /// (crypto/asymmetric_keys/pkcs7_parser.c) makes an error that no configuration forgives.
    /// </summary>
    internal static bool IsSignedData(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            AsnReader content = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            return content.ReadObjectIdentifier() == SignedData && content.ReadSequence(Context0).ReadSequence().HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Reads the only signer; null where there is not exactly one, or the signature is not understood.</summary>
    internal static Pkcs7Signer? Read(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            AsnReader content = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            if (content.ReadObjectIdentifier() != SignedData)
                return null;
            // SignedData: version, digestAlgorithms, encapContentInfo, [0] certificates, [1] crls, signerInfos.
            AsnReader data = content.ReadSequence(Context0).ReadSequence();
            data.ReadInteger();
            data.ReadSetOf();
            data.ReadSequence();
            while (data.PeekTag().HasSameClassAndValue(Context0) || data.PeekTag().HasSameClassAndValue(Context1))
                data.ReadEncodedValue();
            AsnReader signers = data.ReadSetOf();
            Pkcs7Signer signer = new(signers.ReadSequence());
            return signers.HasData ? null : signer;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>True when the signature says that the key of a certificate made it.</summary>
    internal bool IsOf(X509Certificate2 certificate) => keyIdentifier.IsEmpty
        ? issuer.Span.SequenceEqual(certificate.IssuerName.RawData) && serial.Span.SequenceEqual(certificate.SerialNumberBytes.Span)
        : certificate.Extensions[KeyIdentifierExtension] is X509SubjectKeyIdentifierExtension extension
            && extension.SubjectKeyIdentifierBytes.Span.SequenceEqual(keyIdentifier.Span);

    /// <summary>Whether a key made this signature of some bytes; null where the kind of signature is not known here.</summary>
    internal bool? Verifies(ReadOnlySpan<byte> signed, X509Certificate2 certificate)
    {
        if (hasAttributes || !Digests.TryGetValue(digest, out HashAlgorithmName hash))
            return null;
        try
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
                return rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1);
            using ECDsa? ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception problem) when (problem is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
