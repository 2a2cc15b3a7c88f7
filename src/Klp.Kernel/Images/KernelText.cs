using System.Text;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;

namespace Klp.Kernel.Images;

/// <summary>
/// A text file of a kernel (System.map, a copy of /proc/kallsyms, Module.symvers), read line by line. Its lines are one
/// character a byte (ISO 8859-1), so that any name survives.
/// </summary>
internal sealed class KernelText(string path, string code, DiagnosticBag diagnostics)
{
    private const int LongestMagic = 6;

    /// <summary>The lines with their 1-based numbers; none, after an error, of a compressed file.</summary>
    /// <param name="contents">The contents, where they are not in a file; closed afterwards.</param>
    internal IEnumerable<(int Number, string Line)> Lines(Stream? contents = null)
    {
        using StreamReader reader = new(contents ?? InputFile.OpenRead(path), Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (number == 1
                && CompressedFile.IsCompressed(Encoding.Latin1.GetBytes(line.Length > LongestMagic ? line[..LongestMagic] : line)))
            {
                diagnostics.AddError(
                    code, "The file is compressed, where its text is needed. Decompress it, and name the result.", new SourcePlace(path));
                yield break;
            }

            yield return (number, line);
        }
    }

    /// <summary>Adds the error that a line is not in the file's format.</summary>
    /// <param name="number">The line, from 1.</param>
    /// <param name="line">Its text.</param>
    /// <param name="what">What it is not, and what to do.</param>
    internal void Refuse(int number, string line, string what) =>
        diagnostics.AddError(code, $"The line \"{DiagnosticText.Excerpt(line)}\" is not {what}", new SourcePlace(path, number));

    /// <summary>Adds the error that the file has nothing of what is needed.</summary>
    internal void RefuseEmpty(string what) => diagnostics.AddError(code, what, new SourcePlace(path));
}
