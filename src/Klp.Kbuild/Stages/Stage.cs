using System.Text;
using Klp.Kbuild.Paths;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Stages;

/// <summary>
/// The folder in which kbuild works, so that nothing is ever written beside the user's sources. Files are written only when
/// they differ, so make sees what changed and nothing else.
/// </summary>
public sealed class Stage(string directory)
{
    // There while kbuild works. Found at the beginning, an earlier build was killed, and what it left may be half written.
    private const string RunningMark = ".running";

    /// <summary>Makes the stage, or changes it to fit.</summary>
    /// <param name="makefile">What to build.</param>
    /// <param name="includeDirectory">The SDK's C headers.</param>
    public void Prepare(KbuildMakefile makefile, string includeDirectory)
    {
        if (File.Exists(Inside(RunningMark)))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(Inside(StageLayout.WrapperFolder));
        PrepareLinks(makefile, includeDirectory);
        PrepareWrappers(makefile.Layout);
        PrepareObjects(makefile.Objects);
        WriteIfDifferent("Kbuild", makefile.ToString());
    }

    /// <summary>To be called before kbuild starts.</summary>
    public void MarkRunning() => File.WriteAllBytes(Inside(RunningMark), []);

    /// <summary>To be called after kbuild has ended by itself, with or without success.</summary>
    public void ClearRunning() => File.Delete(Inside(RunningMark));

    private void PrepareLinks(KbuildMakefile makefile, string includeDirectory)
    {
        StageLayout layout = makefile.Layout;
        Dictionary<string, string> links = new(StringComparer.Ordinal) { [StageLayout.IncludeLink] = includeDirectory };
        foreach (SourceFolder folder in layout.Folders.Concat(layout.Options.Folders))
            links.Add(folder.Link, folder.Path);
        foreach (StagedSource source in layout.Sources.Where(source => source.Link is not null))
            links.Add(source.Link!, source.Path);
        foreach ((int index, string exports) in makefile.ExportLists.Index())
            links.Add(StageLayout.ExportListLink(index), exports);

        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos()
            .Where(entry => entry.LinkTarget is not null))
        {
            if (links.TryGetValue(entry.Name, out string? target) && entry.LinkTarget == target)
                links.Remove(entry.Name);
            else
                entry.Delete();
        }

        foreach ((string name, string target) in links)
            File.CreateSymbolicLink(Inside(name), target);
    }

    private void PrepareWrappers(StageLayout layout)
    {
        HashSet<string> names = [.. layout.Sources.Select(source => Path.GetFileName(source.ObjectName))];
        foreach (string file in Directory.EnumerateFiles(Inside(StageLayout.WrapperFolder)))
        {
            if (!names.Contains(SourceName(Path.GetFileName(file))))
                File.Delete(file);
        }

        foreach (StagedSource source in layout.Sources)
            WriteIfDifferent(source.ObjectName + source.Extension, $"#include \"../{source.StagePath}\"\n");
    }

    // make takes an object that has no source as it is, and links anew where it is newer. As x.o_shipped, which kbuild has a rule
    // for, it is not found in modules since 6.13: there the rule is for any file, and %.o has rules of its own. modpost wants a
    // .cmd of every object.
    private void PrepareObjects(IReadOnlyList<LinkedObject> objects)
    {
        string folder = Inside(StageLayout.ObjectFolder);
        if (objects.Count > 0)
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            return;
        HashSet<string> names = [.. objects.SelectMany(linked => (string[])[linked.Name + ".o", $".{linked.Name}.o.cmd"])];
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => !names.Contains(Path.GetFileName(file))))
            File.Delete(file);
        foreach (LinkedObject linked in objects)
        {
            WriteIfDifferent(linked.ObjectName + ".o", linked.Contents);
            WriteIfDifferent($"{StageLayout.ObjectFolder}/.{linked.Name}.o.cmd", "");
        }
    }

    // meminfo.c, meminfo.o and .meminfo.o.cmd all belong to meminfo.
    private static string SourceName(string file)
    {
        string name = file.EndsWith(".cmd", StringComparison.Ordinal) ? file[1..^".cmd".Length] : file;
        return Path.ChangeExtension(name, null);
    }

    private void WriteIfDifferent(string name, string contents) => WriteIfDifferent(name, Encoding.UTF8.GetBytes(contents));

    private void WriteIfDifferent(string name, byte[] bytes) => AtomicFile.WriteIfDifferent(Inside(name), bytes);

    private string Inside(string name) => Path.Combine(directory, name);
}
