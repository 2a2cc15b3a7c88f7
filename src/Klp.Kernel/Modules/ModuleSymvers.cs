using System.Globalization;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;

namespace Klp.Kernel.Modules;

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

    /// <summary>Every export, in no particular order.</summary>
    public IEnumerable<ExportedSymbol> Exports => exports.Values;

    /// <summary>Reads a Module.symvers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Receives an error for a line that is not in the format.</param>
    /// <returns>The exports; after an error those of the lines before it.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModuleSymvers Read(string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        Dictionary<string, ExportedSymbol> exports = new(StringComparer.Ordinal);
        KernelText text = new(path, DiagnosticCodes.SymversMalformed, diagnostics);
        foreach ((int number, string line) in text.Lines())
        {
            if (line.Length == 0)
                continue;

            string[] fields = line.Split('\t');
            int export = Array.FindIndex(fields, field => field.StartsWith("EXPORT_", StringComparison.Ordinal));
            if (export is not (3 or 4))
            {
                text.Refuse(
                    number,
                    line,
                    "\"CRC, name, module, EXPORT_SYMBOL[_GPL], namespace\" separated by tabs. Build the kernel's modules anew.");
                break;
            }

            // CRC, name, module, export, namespace. In 5.4 to 5.7 the namespace came before the module; before there was none.
            bool namespaceFirst = export == 4;
            exports[fields[1]] = new ExportedSymbol(
                fields[1],
                ModuleName.FromPath(fields[export - 1]),
                fields[export].StartsWith("EXPORT_SYMBOL_GPL", StringComparison.Ordinal),
                namespaceFirst ? fields[2] : fields.ElementAtOrDefault(export + 1)?.Trim() ?? "")
            {
                Crc = ReadCrc(fields[0]),
            };
        }

        return new ModuleSymvers(exports);
    }

    // All zero without CONFIG_MODVERSIONS.
    private static uint? ReadCrc(string field) =>
        field.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(field.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint crc)
            && crc != 0
            ? crc
            : null;

    internal void AddModule(string path, DiagnosticBag diagnostics)
    {
        try
        {
            // The tree may have a module of that name, whose place this one takes.
            string objectName = ModuleName.FromPath(path);
            foreach (ExportedSymbol replaced in exports.Values.Where(export => export.ObjectName == objectName).ToArray())
                exports.Remove(replaced.Name);
            using ElfImage module = ModuleImage.Open(path);
            foreach (ExportedSymbol export in ModuleExports.Read(module))
                exports[export.Name] = export;
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException)
        {
            diagnostics.Add(ModuleFileMessages.ExportsDamaged(path, problem.Message));
        }
    }

    /// <summary>The export of a name, or null.</summary>
    /// <param name="name">The symbol's name.</param>
    public ExportedSymbol? Find(string name) => exports.GetValueOrDefault(name);
}
