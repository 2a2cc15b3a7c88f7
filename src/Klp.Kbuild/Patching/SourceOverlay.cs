using Klp.Kbuild.Processes;

namespace Klp.Kbuild.Patching;

/// <summary>
/// A folder that looks like the kernel's source with the files of a patch in it: links to the source, and real folders only on
/// the way to the files that differ. The source itself is never written to: a file is made anew in a folder whose real path
/// lies in the overlay, and a link in its place is an error.
/// </summary>
public sealed class SourceOverlay
{
    private readonly KernelSource source;

    /// <summary>Describes an overlay, which <see cref="Make"/> makes.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="directory">The overlay, as an absolute path. What is there is replaced.</param>
    public SourceOverlay(KernelSource source, string directory)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.source = source;
        Root = Path.GetFullPath(directory);
        WorkingDirectory = source.IsRelative ? Path.GetFullPath(BuildFolder, Root) : source.BuildDirectory;
    }

    /// <summary>The overlay, which stands for the source's root.</summary>
    public string Root { get; }

    /// <summary>
    /// Where a recorded command runs so that it reads the overlay: the build directory, or what stands for it where it is in the
    /// source.
    /// </summary>
    public string WorkingDirectory { get; }

    // Of a build in the source or in a folder of it.
    private string BuildFolder => Path.GetRelativePath(source.Root, RealPath.Of(source.BuildDirectory));

    /// <summary>Makes the overlay.</summary>
    /// <param name="files">The files that differ.</param>
    /// <param name="dependencies">
    /// What the compiles read, as recorded: a folder that one of the paths leaves by <c>..</c> is no link.
    /// </param>
    /// <exception cref="IOException">It cannot be made, or a file would be written outside of it.</exception>
    public void Make(IReadOnlyList<OverlaidFile> files, IEnumerable<string> dependencies)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(dependencies);
        Remove();
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach (OverlaidFile file in files)
            AddFolder(folders, Path.GetDirectoryName(Checked(file.Path))!);
        foreach (string folder in dependencies.SelectMany(FoldersLeft))
            AddFolder(folders, folder);
        if (source.IsRelative && BuildFolder != ".")
            AddFolder(folders, BuildFolder);
        Fill("", folders, files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal));
        foreach (OverlaidFile file in files)
        {
            if (file.Contents is { } contents)
                WriteFile(file.Path, contents);
        }
    }

    /// <summary>Removes the overlay; there may be none.</summary>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public void Remove() => Remove(new DirectoryInfo(Root));

    /// <summary>What a path of the overlay stands for in the source; null for a path that is not in the overlay.</summary>
    /// <param name="path">An absolute path.</param>
    internal string? RelativePath(string path) =>
        path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[(Root.Length + 1)..] : null;

    /// <summary>Makes a file of the overlay.</summary>
    /// <param name="path">Its path from the root.</param>
    /// <param name="contents">The contents.</param>
    /// <exception cref="IOException">Something is there, a link included, or its folder is elsewhere.</exception>
    internal void WriteFile(string path, byte[] contents)
    {
        string full = Path.Combine(Root, Checked(path));
        string folder = Path.GetDirectoryName(full)!;
        string expected = Path.GetFullPath(Path.GetRelativePath(Root, folder), RealPath.Of(Root));
        if (RealPath.Of(folder) != expected)
            throw new IOException($"{folder} leads to {RealPath.Of(folder)}, out of the overlay; nothing is written there.");
        // O_CREAT with O_EXCL, upon which open(2) follows no link at the path's end, as with O_NOFOLLOW.
        using FileStream stream = new(full, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        stream.Write(contents);
    }

    private void Fill(string folder, HashSet<string> folders, HashSet<string> files)
    {
        Directory.CreateDirectory(Path.Combine(Root, folder));
        DirectoryInfo original = new(Path.Combine(source.Root, folder));
        HashSet<string> made = new(StringComparer.Ordinal);
        foreach (FileSystemInfo entry in original.Exists ? original.EnumerateFileSystemInfos() : [])
        {
            string path = Path.Combine(folder, entry.Name);
            if (folders.Contains(path))
                made.Add(path);
            else if (!files.Contains(path) && !IsOverlay(entry.FullName))
                File.CreateSymbolicLink(Path.Combine(Root, path), entry.FullName);
        }

        // Those of new files too.
        foreach (string below in folders.Where(path => path.Length > 0 && Path.GetDirectoryName(path) == folder))
            Fill(below, folders, files);
    }

    // A project in the kernel's source: a link to the overlay in itself would be a circle.
    private bool IsOverlay(string path) => path == RealPath.Of(Root);

    private static void AddFolder(HashSet<string> folders, string folder)
    {
        for (string at = folder; at.Length > 0 && folders.Add(at); at = Path.GetDirectoryName(at) ?? "")
        {
        }
    }

    // include/linux of include/linux/../x.h
    private IEnumerable<string> FoldersLeft(string dependency)
    {
        const string Up = "/../";
        for (int at = 0; (at = dependency.IndexOf(Up, at + 1, StringComparison.Ordinal)) > 0;)
        {
            if (source.RelativePath(dependency[..at]) is { } folder && Directory.Exists(Path.Combine(source.Root, folder)))
                yield return folder;
        }
    }

    /// <summary>A path from the root, which leads nowhere else.</summary>
    /// <exception cref="IOException">It is another.</exception>
    internal static string Checked(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !Array.Exists(path.Split('/'), part => part is "" or "." or "..")
            ? path : throw new IOException($"\"{path}\" is no path in the kernel's source.");

    // Links are removed, not what they lead to.
    private static void Remove(DirectoryInfo folder)
    {
        if (folder.LinkTarget is not null)
            throw new IOException($"{folder.FullName} is a link; nothing is written through it.");
        if (!folder.Exists)
            return;
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } below)
                Remove(below);
            else
                File.Delete(entry.FullName);
        }

        folder.Delete();
    }
}
