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

    private static void RefuseFolder(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder, where a file is needed.");
    }
}
