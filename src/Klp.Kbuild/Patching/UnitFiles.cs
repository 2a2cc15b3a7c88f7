using Klp.Kbuild.Output;

namespace Klp.Kbuild.Patching;

/// <summary>
/// The files that a compiler names which reads an overlay: those of the patch are the user's, by their paths from the source's
/// root.
/// </summary>
internal sealed class UnitFiles(SourceOverlay overlay, KernelSource source, IEnumerable<OverlaidFile> files, string directory)
    : IKbuildFiles
{
    private readonly HashSet<string> touched = [.. files.Select(file => file.Path)];

    /// <inheritdoc/>
    public CompilerFile Resolve(string path)
    {
        string full = Path.GetFullPath(path, directory);
        return overlay.RelativePath(full) is not { } relative ? new CompilerFile(full, IsUsers: false)
            : touched.Contains(relative) ? new CompilerFile(relative, IsUsers: true)
            : new CompilerFile(Path.Combine(source.Root, relative), IsUsers: false);
    }

    /// <inheritdoc/>
    public bool Exists(string path) => File.Exists(Path.GetFullPath(path, directory));

    /// <inheritdoc/>
    public ParsedPlace? Locate(string objectPath, string symbol, ulong offset) => null;
}
