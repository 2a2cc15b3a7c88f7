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
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach (OverlaidFile file in files.Where(file => !file.IsNew && selection.Unused.Contains(file.Path)))
        {
            MakefileOption? option = MakefileOption.Find(source.Root, file.Path, config);
            diagnostics.Add(UnitMessages.FileUnused(
                file.FirstChange, file.Path, option?.Makefile, option?.Option, isOnly: selection.Units.Count == 0));
        }
    }
}
