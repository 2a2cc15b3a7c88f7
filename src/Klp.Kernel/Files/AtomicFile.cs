namespace Klp.Kernel.Files;

/// <summary>Writes files so that nobody ever sees half of one: to a temporary name in the same folder, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Makes or replaces a file. A symbolic link stays one: the file it leads to is replaced. What is no regular file (a
    /// device, a FIFO) is not replaced but written to, all at once.
    /// </summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="write">Writes the contents; returns false to leave the file as it was.</param>
    /// <returns>What <paramref name="write"/> returned.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static bool Write(string path, Func<Stream, bool> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        FileKind kind = FileKinds.Of(path);
        return kind switch
        {
            FileKind.Folder => throw new IOException($"{path} is a folder; name a file to write."),
            FileKind.Other => WriteInto(path, write),
            _ => Replace(Target(path), write),
        };
    }

    /// <summary>Makes or replaces a file, as <see cref="Write"/> does.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="contents">All its bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteAllBytes(string path, byte[] contents) => Write(path, stream =>
    {
        stream.Write(contents);
        return true;
    });

    /// <summary>
    /// Makes a file, or replaces one with other contents. One that has these already keeps its time, by which make and others tell
    /// what has to be made anew.
    /// </summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="contents">All its bytes.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static void WriteIfDifferent(string path, byte[] contents)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(contents))
            WriteAllBytes(path, contents);
    }

    private static string Target(string path) =>
        new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    private static bool Replace(string target, Func<Stream, bool> write)
    {
        string folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            bool done;
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                done = write(stream);
            if (done)
                File.Move(temporary, target, overwrite: true);
            return done;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Whoever reads it gets everything or nothing.
    private static bool WriteInto(string path, Func<Stream, bool> write)
    {
        using MemoryStream contents = new();
        if (!write(contents))
            return false;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        contents.WriteTo(stream);
        return true;
    }
}
