namespace Klp.Livepatch.Tests.Support;

/// <summary>The demo kernel's build directory as symbolic links, in which files can be replaced and removed.</summary>
internal sealed class FakeTree : IDisposable
{
    private readonly TempFolder folder = new();

    internal FakeTree() => LinkEntries(DemoTree.Path, Path);

    internal string Path => folder.Path;

    internal string this[string relative] => folder[relative];

    /// <summary>Adds or replaces a file.</summary>
    internal string Write(string relative, byte[] contents)
    {
        MakeOwn(relative);
        return folder.Write(relative, contents);
    }

    /// <summary>Adds or replaces a text file.</summary>
    internal string Write(string relative, string text) => Write(relative, System.Text.Encoding.Latin1.GetBytes(text));

    /// <summary>Replaces a text in a file.</summary>
    internal void Replace(string relative, string text, string by)
    {
        string old = File.ReadAllText(this[relative]);
        Assert.Contains(text, old, StringComparison.Ordinal);
        Write(relative, old.Replace(text, by, StringComparison.Ordinal));
    }

    /// <summary>Adds a module to modules.order.</summary>
    internal string AddModule(string relative, byte[] contents)
    {
        Write("modules.order", File.ReadAllText(this["modules.order"]) + System.IO.Path.ChangeExtension(relative, ".o") + "\n");
        return Write(relative, contents);
    }

    internal void Remove(string relative) => MakeOwn(relative);

    public void Dispose() => folder.Dispose();

    // Links to folders on the way become folders of links; the link of the file itself goes.
    private void MakeOwn(string relative)
    {
        string path = Path;
        foreach (string part in System.IO.Path.GetDirectoryName(relative)!.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = System.IO.Path.Combine(path, part);
            if (new DirectoryInfo(path).LinkTarget is { } target)
            {
                File.Delete(path);
                Directory.CreateDirectory(path);
                LinkEntries(target, path);
            }
            else
            {
                Directory.CreateDirectory(path);
            }
        }

        File.Delete(this[relative]);
    }

    private static void LinkEntries(string from, string to)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
            File.CreateSymbolicLink(System.IO.Path.Combine(to, entry.Name), entry.FullName);
    }
}
