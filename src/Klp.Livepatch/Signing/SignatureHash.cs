using System.Security.Cryptography;

namespace Klp.Livepatch.Signing;

/// <summary>A hash algorithm of module signatures, as CONFIG_MODULE_SIG_HASH names it, with what stands for it in CMS.</summary>
/// <param name="Name">The kernel's name: <c>sha256</c>, <c>sha3-256</c>.</param>
/// <param name="Algorithm">The same algorithm in .NET.</param>
/// <param name="Oid">Its object identifier (RFC 5754; NIST's for SHA-3).</param>
/// <param name="EcdsaOid">The object identifier of ECDSA with it.</param>
public sealed record SignatureHash(string Name, HashAlgorithmName Algorithm, string Oid, string EcdsaOid)
{
    /// <summary>
    /// What a module is signed with where the kernel's configuration names none: every kernel that checks signatures may have it.
    /// </summary>
    public const string DefaultName = "sha256";

    private static readonly SignatureHash[] All =
    [
        new("sha1", HashAlgorithmName.SHA1, "1.3.14.3.2.26", "1.2.840.10045.4.1"),
        new("sha256", HashAlgorithmName.SHA256, "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"),
        new("sha384", HashAlgorithmName.SHA384, "2.16.840.1.101.3.4.2.2", "1.2.840.10045.4.3.3"),
        new("sha512", HashAlgorithmName.SHA512, "2.16.840.1.101.3.4.2.3", "1.2.840.10045.4.3.4"),
        new("sha3-256", HashAlgorithmName.SHA3_256, "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.3.10"),
        new("sha3-384", HashAlgorithmName.SHA3_384, "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.3.11"),
        new("sha3-512", HashAlgorithmName.SHA3_512, "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.3.12"),
    ];

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IEnumerable<string> Names => All.Select(hash => hash.Name);

    /// <summary>The algorithm of a name, or null.</summary>
    public static SignatureHash? Find(string name) =>
        All.FirstOrDefault(hash => hash.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
