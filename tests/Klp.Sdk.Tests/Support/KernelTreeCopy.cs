using System.Text.RegularExpressions;

namespace Klp.Sdk.Tests.Support;

/// <summary>A kernel tree that differs from the real one in single files; everything else is symbolic links to it.</summary>
internal sealed class KernelTreeCopy : IDisposable
{
    private readonly TestFolder folder = new();

    public KernelTreeCopy()
    {
        LinkAll(TestKernel.Tree, folder.Path);
        // kbuild writes files of these names in the folder it works in. Should that ever be this one, the real tree stays whole.
        Own("modules.order");
        Own("Module.symvers");
    }

    public string Path => folder.Path;

    /// <summary>Makes a file the tree's own, with the real one's contents, and returns its path.</summary>
    public string Own(string file)
    {
        string path = Own(file, "");
        File.Copy(System.IO.Path.Combine(TestKernel.Tree, file), path, overwrite: true);
        return path;
    }

    /// <summary>Makes a file the tree's own, with other contents, and returns its path.</summary>
    public string Own(string file, string contents)
    {
        string path = folder.Path;
        string real = TestKernel.Tree;
        string[] parts = file.Split('/');
        foreach (string part in parts[..^1])
        {
            path = System.IO.Path.Combine(path, part);
            real = System.IO.Path.Combine(real, part);
            if (new DirectoryInfo(path).LinkTarget is null)
                continue;
            File.Delete(path);
            Directory.CreateDirectory(path);
            LinkAll(real, path);
        }

        path = System.IO.Path.Combine(path, parts[^1]);
        File.Delete(path);
        File.WriteAllText(path, contents);
        return path;
    }

    /// <summary>Lets kbuild work with this folder. Else the makefile of an output folder leads it to the real one.</summary>
    public void Detach()
    {
        string real = Tool.Run("realpath", TestKernel.Tree).Output.TrimEnd();
        string makefile = Own("Makefile");
        File.WriteAllText(makefile, Regex.Replace(File.ReadAllText(makefile), Regex.Escape(real) + @"(?![\w/.-])", Path));
    }

    /// <summary>Takes a file away.</summary>
    public void Remove(string file) => File.Delete(Own(file, ""));

    public void Dispose() => folder.Dispose();

    private static void LinkAll(string real, string copy)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(real))
            File.CreateSymbolicLink(System.IO.Path.Combine(copy, System.IO.Path.GetFileName(entry)), entry);
    }
}
