namespace Klp.Kbuild.Processes;

/// <summary>Paths without symbolic links.</summary>
public static class RealPath
{
    // As many as the kernel follows before it gives up.
    private const int MaxLinks = 40;

    /// <summary>A path with every symbolic link in it followed, as <c>realpath</c> gives it; parts that do not exist stay.</summary>
    public static string Of(string path) => Follow(Path.GetFullPath(path));

    /// <summary>
    /// As <see cref="Of"/>, but <c>..</c> after a link leads where it leads the kernel: above the folder that the link is to.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    internal static string Follow(string path)
    {
        string real = "/";
        Stack<string> rest = new(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            string next = Path.GetFullPath(part, real);
            if (new FileInfo(next).LinkTarget is not { } target || links++ == MaxLinks)
            {
                real = next;
                continue;
            }

            if (Path.IsPathRooted(target))
                real = "/";
            foreach (string targetPart in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                rest.Push(targetPart);
        }

        return real;
    }
}
