namespace Klp.Sdk.Tests.Support;

/// <summary>A folder with links to all programs of PATH but some, to be the whole PATH of a build.</summary>
internal static class ProgramFolder
{
    /// <summary>Makes one.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="without">The names of the programs that are not to be found.</param>
    /// <returns>Its path.</returns>
    public static string Make(string folder, params string[] without)
    {
        string programs = Directory.CreateDirectory(Path.Combine(folder, "programs")).FullName;
        foreach (string path in Tool.SearchPath.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            string link = Path.Combine(programs, Path.GetFileName(path));
            if (!without.Contains(Path.GetFileName(path)) && !File.Exists(link))
                File.CreateSymbolicLink(link, path);
        }

        return programs;
    }

    /// <summary>Lets a name lead to another program.</summary>
    public static void Redirect(string programs, string name, string program)
    {
        string link = Path.Combine(programs, name), target = DotNet.Find(program)!;
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }
}
