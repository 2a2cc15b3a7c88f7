using Klp.Kernel.Trees;

namespace Klp.Livepatch.Signing;

/// <summary>How a kernel's own <c>make modules_install</c> signs modules (scripts/Makefile.modinst).</summary>
/// <param name="KeyPath">
/// The private key, as an absolute path, or null where not all modules are signed (CONFIG_MODULE_SIG_ALL) or the key is in
/// a PKCS#11 token. A distribution's headers name a key and do not have it.
/// </param>
/// <param name="CertificatePath">The certificate, as an absolute path.</param>
/// <param name="Hash">CONFIG_MODULE_SIG_HASH, or null where the kernel checks no signatures.</param>
public sealed record KernelSigning(string? KeyPath, string CertificatePath, string? Hash)
{
    /// <summary>What starts the name of a key that is in a PKCS#11 token and in no file.</summary>
    public const string TokenPrefix = "pkcs11:";

    /// <summary>Reads a kernel's configuration.</summary>
    public static KernelSigning Of(KernelTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        string? key = tree.Config.IsEnabled("MODULE_SIG_ALL") ? tree.Config.Value("MODULE_SIG_KEY") : null;
        return new KernelSigning(
            string.IsNullOrEmpty(key) || key.StartsWith(TokenPrefix, StringComparison.Ordinal)
                ? null
                : Path.Combine(tree.BuildDirectory, key),
            Path.Combine(tree.BuildDirectory, "certs", "signing_key.x509"),
            tree.Config.Value("MODULE_SIG_HASH"));
    }
}
