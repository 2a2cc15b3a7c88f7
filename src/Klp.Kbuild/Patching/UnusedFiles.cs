using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Kbuild.Patching;

/// <summary>Tells of the files of a patch that are in no object of the kernel.</summary>
public static class UnusedFiles
{
    /// <summary>Reports them: errors where nothing of the patch is in the kernel.</summary>
    /// <param name="selection">What the files are compiled into.</param>
    /// <param name="files">The files. New ones are in no object yet.</param>
    /// <param name="source">The kernel's source.</param>
    /// <param name="config">The kernel's configuration.</param>
    /// <param name="diagnostics">Receives a message for each.</param>
    /// <exception cref="IOException">A makefile cannot be read.</exception>
    public static void Report(
        UnitSelection selection, IReadOnlyList<OverlaidFile> files, KernelSource source, KernelConfig config, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(files);
        Report(
            selection,
            [.. files.Where(file => !file.IsNew).Select(file => ((string Path, SourcePlace? Place))(file.Path, file.FirstChange))],
            source,
            config,
            diagnostics);
    }

    /// <summary>Reports files that are in no object and of no patch.</summary>
    /// <param name="selection">What the files are compiled into.</param>
    /// <param name="paths">The files, from the source's root.</param>
    /// <param name="source">The kernel's source.</param>
    /// <param name="config">The kernel's configuration.</param>
    /// <param name="diagnostics">Receives a message for each.</param>
    /// <exception cref="IOException">A makefile cannot be read.</exception>
    internal static void Report(
        UnitSelection selection, IReadOnlyList<string> paths, KernelSource source, KernelConfig config, DiagnosticBag diagnostics) =>
        Report(selection, [.. paths.Select(path => (path, (SourcePlace?)null))], source, config, diagnostics);

    private static void Report(
        UnitSelection selection,
        IReadOnlyList<(string Path, SourcePlace? Place)> files,
        KernelSource source,
        KernelConfig config,
        DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach ((string path, SourcePlace? place) in files.Where(file => selection.Unused.Contains(file.Path)))
        {
            MakefileOption? option = MakefileOption.Find(source.Root, path, config);
            diagnostics.Add(UnitMessages.FileUnused(place, path, option?.Makefile, option?.Option, isOnly: selection.Units.Count == 0));
        }
    }
}
