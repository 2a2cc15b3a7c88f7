namespace Klp.Kernel.Compression;

/// <summary>liblzma, which every Debian has: dpkg needs it.</summary>
internal static class XzLibrary
{
    internal const string Name = "liblzma.so.5";
    internal const string Package = "liblzma5";
}
