using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Klp.Kernel.Trees;

/// <summary>The key that a kernel's build makes, or is given, to sign its modules (Documentation/admin-guide/module-signing.rst).</summary>
public static class KernelKey
{
    /// <summary>Where the certificate is in a build directory; distributions keep it to themselves.</summary>
    public const string File = "certs/signing_key.x509";

    /// <summary>The certificate that is built into the kernel, or null where the tree does not have it.</summary>
    public static X509Certificate2? Read(KernelTree tree)
    {
        string path = Path.Combine(tree.BuildDirectory, File);
        try
        {
            return System.IO.File.Exists(path) ? X509CertificateLoader.LoadCertificateFromFile(path) : null;
        }
        catch (Exception problem) when (problem is CryptographicException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
