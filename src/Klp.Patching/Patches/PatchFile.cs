using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;

namespace Klp.Patching.Patches;

/// <summary>Reads the file of a patch, whatever its name leads to.</summary>
internal static class PatchFile
{
    /// <summary>The most that a patch has: that of a whole point release is a tenth of it.</summary>
    internal const int MostBytes = 32 << 20;

    private const int PieceBytes = 1 << 16;

    // What a shell gives a program to read from: <(git show).
    private static readonly string[] OpenFiles = ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"];

    /// <summary>Reads a patch.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="diagnostics">Receives why it cannot be read.</param>
    /// <returns>Its contents; null after an error.</returns>
    internal static byte[]? Read(PatchInput patch, DiagnosticBag diagnostics)
    {
        try
        {
            // To open a FIFO waits for somebody who writes to it.
            string? problem = InputFile.Problem(
                patch.Path, isOpen: OpenFiles.Any(begin => patch.Path.StartsWith(begin, StringComparison.Ordinal)));
            if (problem is not null)
                diagnostics.Add(PatchMessages.NoFile(patch.Place, patch.Path, problem));
            else if (ReadSome(patch.Path) is { } contents)
                return contents;
            else
                diagnostics.Add(PatchMessages.TooLarge(patch.Place, patch.Path, MostBytes));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(PatchMessages.Unreadable(patch.Place, patch.Path, problem.Message));
        }

        return null;
    }

    // How long a file is when it is read to its end: a size need not be true.
    private static byte[]? ReadSome(string path)
    {
        using FileStream file = File.OpenRead(path);
        using MemoryStream contents = new();
        byte[] piece = new byte[PieceBytes];
        for (int count = file.Read(piece); count > 0; count = file.Read(piece))
        {
            if (contents.Length + count > MostBytes)
                return null;
            contents.Write(piece, 0, count);
        }

        return contents.ToArray();
    }
}
