namespace Klp.Kernel.Files;

/// <summary>Lines of a source file that debug information names, for the places of messages. What cannot be read has none.</summary>
public static class SourceLines
{
    // Larger than any source; what names a device, or was made to be looked at for ever, is none.
    private const long MostBytes = 16 << 20;

    /// <summary>The lines of a file; empty for what is no regular file, too large, or may not be read.</summary>
    /// <param name="path">The file as the debug information has it.</param>
    public static string[] Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            // A device, a pipe and /proc have no length.
            return file is { Exists: true, Length: > 0 and <= MostBytes } ? File.ReadAllLines(path) : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
