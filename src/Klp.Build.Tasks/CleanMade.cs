using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Removes what <see cref="ListMade"/> listed, and the lists.</summary>
public sealed class CleanMade : KlpTask
{
    /// <summary>The lists. One that is not there lists nothing.</summary>
    public string[] Lists { get; set; } = [];

    /// <summary>
    /// The folders below which folders are the build's own. Another that is listed, as a kernel's folder with <c>..</c> can be,
    /// stays.
    /// </summary>
    public string[] Roots { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        string[] roots = [.. Roots.Select(root => Root(root).TrimEnd('/') + "/")];
        foreach (string list in Lists.Select(Root).Where(File.Exists))
        {
            foreach (string path in File.ReadAllLines(list).Where(Path.IsPathFullyQualified).Select(Path.GetFullPath))
            {
                if (!path.EndsWith('/'))
                    RemoveFile(path);
                else if (roots.Any(root => path.Length > root.Length && path.StartsWith(root, StringComparison.Ordinal)))
                    RemoveFolder(path);
            }

            // Last, so that what could not be removed can be later.
            File.Delete(list);
        }
    }

    private void RemoveFolder(string path)
    {
        if (!Directory.Exists(path))
            return;
        Log.LogMessage(MessageImportance.Low, "Removing {0} with all that is in it.", path);
        Directory.Delete(path, recursive: true);
    }

    // The folder stays where the user keeps something else in it.
    private void RemoveFile(string path)
    {
        if (File.Exists(path))
        {
            Log.LogMessage(MessageImportance.Low, "Removing {0}.", path);
            File.Delete(path);
        }

        string folder = Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
