using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Klp.Livepatch.Signing;

/// <summary>
/// The form of a module's signature: CMS SignedData (RFC 5652), detached, with one signer and neither certificates nor
/// signed attributes. With the same key these are, for RSA, the very bytes that the kernel's scripts/sign-file writes.
/// </summary>
/// <remarks>SignedCms of .NET leaves out the parameters of rsaEncryption, which RFC 3370 (section 3.2) asks for.</remarks>
internal static class CmsSignature
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";
    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    /// <summary>Version 1 of SignedData and SignerInfo: the signer is named by issuer and serial number.</summary>
    private const int Version = 1;

    /// <summary>Signs data.</summary>
    /// <param name="data">What is signed, all of it.</param>
    /// <param name="key">The key and its certificate.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>The ContentInfo in DER.</returns>
    internal static byte[] Create(ReadOnlySpan<byte> data, SigningKey key, SignatureHash hash)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(Version);
                using (writer.PushSetOf())
                    WriteAlgorithm(writer, hash.Oid);
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(Data);
                using (writer.PushSetOf())
                    WriteSigner(writer, data, key, hash);
            }
        }

        return writer.Encode();
    }

    private static void WriteSigner(AsnWriter writer, ReadOnlySpan<byte> data, SigningKey key, SignatureHash hash)
    {
        using AsnWriter.Scope signerInfo = writer.PushSequence();
        writer.WriteInteger(Version);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(key.Certificate.IssuerName.RawData);
            writer.WriteInteger(key.Certificate.SerialNumberBytes.Span);
        }

        WriteAlgorithm(writer, hash.Oid);
        if (key.Key is RSA rsa)
        {
            WriteAlgorithm(writer, RsaEncryption, hasNullParameters: true);
            writer.WriteOctetString(rsa.SignData(data, hash.Algorithm, RSASignaturePadding.Pkcs1));
        }
        else
        {
            WriteAlgorithm(writer, hash.EcdsaOid);
            writer.WriteOctetString(((ECDsa)key.Key).SignData(data, hash.Algorithm, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string identifier, bool hasNullParameters = false)
    {
        using AsnWriter.Scope algorithm = writer.PushSequence();
        writer.WriteObjectIdentifier(identifier);
        if (hasNullParameters)
            writer.WriteNull();
    }
}
