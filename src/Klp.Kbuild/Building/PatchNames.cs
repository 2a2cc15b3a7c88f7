namespace Klp.Kbuild.Building;

/// <summary>What patches are called in what is made of them, which other machines have too.</summary>
public static class PatchNames
{
    /// <summary>The name of a patch: the path that the user gave, where it leads below the folder at hand; else that of its file.</summary>
    /// <param name="path">The path as the user gave it.</param>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.IsPathRooted(path) || path.Split('/').Contains("..") ? Path.GetFileName(path) : path;
    }
}
