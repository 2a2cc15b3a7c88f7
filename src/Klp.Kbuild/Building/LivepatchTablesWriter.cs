using System.Text;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Building;

/// <summary>Writes the C source of a livepatch's tables.</summary>
public static class LivepatchTablesWriter
{
    /// <summary>Writes the source and its header, where nothing is wrong with the description.</summary>
    /// <param name="patch">The description.</param>
    /// <param name="kernel">The kernel that the tables are for.</param>
    /// <param name="source">Receives the source, a path that ends with <c>.c</c>.</param>
    /// <param name="header">Receives the header that the user's sources begin with.</param>
    /// <param name="diagnostics">Receives what is wrong; errors that it has already count too.</param>
    /// <returns>False after an error.</returns>
    public static bool Write(PatchDescription patch, KernelCache kernel, string source, string header, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (!KernelVersion.TryParse(kernel.Release, out KernelVersion version))
            throw new InvalidDataException($"The kernel's release '{kernel.Release}' has no version.");
        if (!diagnostics.HasErrors)
            new PatchDescriptionRules(patch, version, diagnostics).Check();
        if (diagnostics.HasErrors)
            return false;
        AtomicFile.WriteAllBytes(header, Encoding.UTF8.GetBytes(TablesSource.WriteHeader(patch)));
        AtomicFile.WriteAllBytes(source, Encoding.UTF8.GetBytes(TablesSource.Write(patch, version)));
        return true;
    }
}
