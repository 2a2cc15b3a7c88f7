using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Compression;

/// <summary>What there is to say of the compression of modules.</summary>
internal static class CompressionMessages
{
    internal static Diagnostic LibraryMissing(string way, string library, string package) =>
        DiagnosticCodes.CompressionLibraryMissing.At(null,
            $"The module cannot be compressed with {way}: {library} is not installed. Install it: "
            + $"{PackageAdvice.Command(package, "apt")}. Or set {HostWord.Compression} to none; the kernel loads an uncompressed module "
            + "as well.");
}
