namespace Klp.Kernel.Files;

/// <summary>Opens files that a user names, and says of a folder that it is one.</summary>
public static class InputFile
{
    /// <summary>All bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It is a folder, or cannot be read.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        RefuseFolder(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>A file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It is a folder, or cannot be read.</exception>
    internal static FileStream OpenRead(string path)
    {
        RefuseFolder(path);
        return File.OpenRead(path);
    }

    /// <summary>Why a path is not one to read from, without opening it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isOpen">True where it stands for a file that the process has open: a pipe is right there.</param>
    /// <returns>What it leads to, as <c>a folder</c>; null for a file, and for nothing, which opening it tells.</returns>
    public static string? Problem(string path, bool isOpen = false) => FileKinds.Of(path) switch
    {
        FileKind.Folder => "a folder",
        FileKind.Other when !isOpen => "a device, a FIFO or a socket",
        _ => null,
    };

    private static void RefuseFolder(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder, where a file is needed.");
    }
}
