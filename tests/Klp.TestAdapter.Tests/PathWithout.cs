namespace Klp.TestAdapter.Tests;

/// <summary>A PATH that has every program of this machine but one.</summary>
internal sealed class PathWithout : IDisposable
{
    private readonly TempFolder folder = new();

    public PathWithout(string program)
    {
        foreach (string file in Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            string link = folder[Path.GetFileName(file)];
            if (Path.GetFileName(file) != program && !File.Exists(link))
                File.CreateSymbolicLink(link, file);
        }
    }

    public string Value => folder.Path;

    /// <summary>Adds a script.</summary>
    public void Add(string name, string script) =>
        File.SetUnixFileMode(folder.Write(name, script + "\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);

    public void Dispose() => folder.Dispose();
}
