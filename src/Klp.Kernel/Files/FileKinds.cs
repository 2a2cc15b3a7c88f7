using System.Runtime.InteropServices;

namespace Klp.Kernel.Files;

/// <summary>Tells what a path leads to; .NET knows folders and links, but no devices and FIFOs.</summary>
internal static unsafe partial class FileKinds
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeOnly = 1; // STATX_TYPE
    private const int TypeMask = 0xf000; // S_IFMT
    private const int RegularType = 0x8000; // S_IFREG
    private const int FolderType = 0x4000; // S_IFDIR

    /// <summary>The kind of what a path leads to.</summary>
    internal static FileKind Of(string path)
    {
        Statx status = default;
        if (statx(CurrentFolder, path, 0, TypeOnly, &status) != 0)
            return FileKind.Missing;
        return (status.Mode & TypeMask) switch
        {
            RegularType => FileKind.Regular,
            FolderType => FileKind.Folder,
            _ => FileKind.Other,
        };
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Statx* status);

    /// <summary>struct statx of linux/stat.h, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        internal ushort Mode;
    }
}
