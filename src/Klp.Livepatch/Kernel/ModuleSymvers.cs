using Klp.Livepatch.Diagnostics;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// The symbols a kernel and its modules export, as kbuild writes them to Module.symvers
/// (Documentation/kbuild/modules.rst, "Symbols From the Kernel").
/// </summary>
public sealed class ModuleSymvers
{
    private readonly Dictionary<string, ExportedSymbol> exports;

    private ModuleSymvers(Dictionary<string, ExportedSymbol> exports) => this.exports = exports;

    /// <summary>The number of exported symbols.</summary>
    public int Count => exports.Count;

    /// <summary>Reads a Module.symvers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Receives an error for a line that is not in the format.</param>
    /// <returns>The exports; after an error those of the lines before it.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModuleSymvers Read(string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        Dictionary<string, ExportedSymbol> exports = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
                continue;

            // CRC, name, module, EXPORT_SYMBOL or EXPORT_SYMBOL_GPL, and since 5.4 a namespace.
            string[] fields = line.Split('\t');
            if (fields.Length < 4 || !fields[3].StartsWith("EXPORT_", StringComparison.Ordinal))
            {
                diagnostics.AddError(DiagnosticCodes.SymversMalformed, $"The line \"{line}\" is not \"CRC, name, module, EXPORT_SYMBOL[_GPL], namespace\" separated by tabs. Build the kernel's modules anew.", new SourcePlace(path, number));
                break;
            }

            exports[fields[1]] = new ExportedSymbol(
                fields[1],
                ModuleName.FromPath(fields[2]),
                fields[3].EndsWith("_GPL", StringComparison.Ordinal),
                fields.Length > 4 ? fields[4].Trim() : "");
        }

        return new ModuleSymvers(exports);
    }

    /// <summary>The export of a name, or null.</summary>
    /// <param name="name">The symbol's name.</param>
    public ExportedSymbol? Find(string name) => exports.GetValueOrDefault(name);
}
