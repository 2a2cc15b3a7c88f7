using Klp.Kernel.Diagnostics;
using Klp.Kernel.Images;

namespace Klp.Kernel.Kallsyms;

/// <summary>
/// The symbols of a kernel without vmlinux, from its System.map (Documentation/kbuild, scripts/mksysmap): kallsyms plus the
/// absolute symbols, in the order of addresses.
/// </summary>
public static class SystemMap
{
    private const string Elsewhere = "Use the one of the kernel's debug package, its image (vmlinuz), or a copy of /proc/kallsyms.";

    /// <summary>Reads the names that the kernel lists in /proc/kallsyms.</summary>
    /// <param name="path">The System.map.</param>
    /// <param name="diagnostics">Receives an error when it is not one, or has no symbols.</param>
    /// <returns>The names in the file's order; none after an error.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<string> ReadNames(string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        List<string> names = [];
        DiagnosticBag errors = new();
        KernelText text = new(path, DiagnosticCodes.VmlinuxUnreadable, errors);
        foreach ((int number, string line) in text.Lines())
        {
            // Some distributions ship one line here that tells where the real one is.
            string[] fields = line.Split(' ');
            if (fields.Length != 3 || fields[1].Length != 1)
            {
                text.Refuse(number, line, $"\"address type name\", so this is not the kernel's System.map. {Elsewhere}");
                break;
            }

            if (fields[1] is not ("A" or "a"))
                names.Add(fields[2]);
        }

        if (!errors.HasErrors && names.Count == 0)
            text.RefuseEmpty($"The file has no symbols, so it is not the kernel's System.map. {Elsewhere}");
        diagnostics.AddRange(errors);
        return errors.HasErrors ? [] : names;
    }
}
