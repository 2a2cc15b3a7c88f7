namespace Klp.Kernel.Compression;

/// <summary>libzstd, which every Debian has: dpkg needs it.</summary>
internal static class ZstdLibrary
{
    internal const string Name = "libzstd.so.1";
    internal const string Package = "libzstd1";
}
