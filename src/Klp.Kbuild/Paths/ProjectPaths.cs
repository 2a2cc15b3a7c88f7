namespace Klp.Kbuild.Paths;

/// <summary>What files of a project are called in what is made of them, whatever folder the project is in.</summary>
/// <param name="directory">The project's folder.</param>
internal sealed class ProjectPaths(string directory)
{
    /// <summary>The project's folder.</summary>
    internal string Directory => directory;

    /// <summary>
    /// A path from the project's folder; of a file that has nothing but the root in common with the project the path itself.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    internal string Display(string path)
    {
        string relative = Path.GetRelativePath(directory, path);
        bool isElsewhere = Path.GetFullPath(directory).Split('/')[1] != Path.GetFullPath(path).Split('/')[1];
        return isElsewhere ? path : relative;
    }

    /// <summary>What stands for a folder before the names of its files: empty, or a path that ends in <c>/</c>.</summary>
    /// <param name="folder">An absolute path.</param>
    internal string Prefix(string folder)
    {
        string display = Display(folder);
        return display == "." ? "" : StagePaths.Plain(display) + "/";
    }
}
