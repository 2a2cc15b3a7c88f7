using Klp.Kbuild.Patching;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;

namespace Klp.Kbuild.Units;

/// <summary>Finds the files of the kernel's source that a user names.</summary>
internal sealed class SourceFileFinder(KernelSource source, UnitIndex index, string currentDirectory)
{
    /// <summary>Finds a file.</summary>
    /// <param name="named">The file as the user names it.</param>
    /// <param name="diagnostics">Receives why there is no such file, with names that are near.</param>
    /// <returns>Its path from the source's root; null after an error.</returns>
    internal string? Find(string named, DiagnosticBag diagnostics)
    {
        // A name that a shell completes is one of the folder where the user is.
        string here = Path.GetFullPath(named, currentDirectory);
        string inSource = Path.GetFullPath(named, source.Root);
        foreach (string path in new[] { here, inSource }.Where(File.Exists))
        {
            if ((source.RelativePath(path) ?? source.RelativePath(RealPath.Of(path))) is { } relative)
                return relative;
        }

        diagnostics.Add(
            File.Exists(here) ? UnitMessages.FileOutside(named, source.Root)
            : Directory.Exists(here) || Directory.Exists(inSource) ? UnitMessages.FileIsFolder(named)
            : UnitMessages.FileUnknown(named, source.Root, Nearest(source.RelativePath(here) ?? source.RelativePath(inSource) ?? named)));
        return null;
    }

    // One of that name in another folder; else what is near among the files of its folder and all that was compiled.
    private List<string> Nearest(string path)
    {
        string[] known = [.. index.Files, .. Siblings(path)];
        string name = Path.GetFileName(path);
        List<string> moved = [.. known.Where(other => Path.GetFileName(other) == name).Distinct(StringComparer.Ordinal).Take(Most)];
        if (moved.Count > 0)
            return moved;
        NearestNames nearest = new(Encode(path));
        foreach (string other in known)
            nearest.Add(System.Text.Encoding.Latin1.GetBytes(Encode(other)));
        return [.. nearest.Names.Select(Decode)];
    }

    private const int Most = 3;

    private IEnumerable<string> Siblings(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        string full = Path.Combine(source.Root, folder);
        return Directory.Exists(full) ? Directory.EnumerateFiles(full).Select(file => Path.Combine(folder, Path.GetFileName(file))) : [];
    }

    // For names of symbols a point is the sign of one that the compiler made.
    private static string Encode(string path) => path.Replace('.', '\x01');

    private static string Decode(string name) => name.Replace('\x01', '.');
}
