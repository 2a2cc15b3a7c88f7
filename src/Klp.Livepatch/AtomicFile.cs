namespace Klp.Livepatch;

/// <summary>Writes files so that nobody ever sees half of one: to a temporary name in the same folder, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Makes or replaces a file.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="write">Writes the contents; returns false to leave the file as it was.</param>
    /// <returns>What <paramref name="write"/> returned.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static bool Write(string path, Func<Stream, bool> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
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

    /// <summary>Makes or replaces a file.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="contents">All its bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteAllBytes(string path, byte[] contents) => Write(path, stream =>
    {
        stream.Write(contents);
        return true;
    });
}
