namespace Klp.Kernel.Trees;

/// <summary>The folder that a distribution's packages are installed in: <c>/</c>, or the folder in which somebody unpacked them.</summary>
internal static class KernelRoot
{
    // What is before one of these in the path of a kernel's headers is the root.
    private static readonly string[] Markers = ["/usr/src/", "/lib/modules/"];

    /// <summary>The root that a kernel tree belongs to; <c>/</c> for a tree that is in no package's place.</summary>
    /// <param name="buildDirectory">The tree, as an absolute path; a link is followed when its own name does not tell.</param>
    internal static string Of(string buildDirectory) =>
        Before(buildDirectory)
            ?? (new DirectoryInfo(buildDirectory).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Before(target.FullName) : null)
            ?? "/";

    // The last marker counts. Where /lib is a link to usr/lib, both spellings name the same folder, and /usr is not the root.
    private static string? Before(string path)
    {
        int at = Markers.Max(marker => path.LastIndexOf(marker, StringComparison.Ordinal));
        if (at < 0)
            return null;
        string root = path[at..].StartsWith("/lib/", StringComparison.Ordinal) && path[..at].EndsWith("/usr", StringComparison.Ordinal)
            ? path[..(at - "/usr".Length)]
            : path[..at];
        return root.Length == 0 ? "/" : root;
    }
}
