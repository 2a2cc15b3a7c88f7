using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Symbols;

/// <summary>
/// Makes <c>symbols.klp</c>: per object the names that its kallsyms lists, in that order, so that a symbol's position is a
/// count of lines. Livepatch modules are left out: they provide nothing to patch. The same sources give the same bytes.
/// </summary>
public static class SymbolDatabaseBuilder
{
    /// <summary>Builds a database.</summary>
    /// <param name="sources">What it is made from.</param>
    /// <param name="outputPath">The file to make. It is replaced as a whole, and stays as it was after an error.</param>
    /// <param name="diagnostics">Receives an error for each source that cannot be read.</param>
    /// <returns>True when the file was made.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static bool Build(SymbolSources sources, string outputPath, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return AtomicFile.Write(outputPath, stream => Build(sources, stream, diagnostics));
    }

    /// <summary>Builds a database.</summary>
    /// <param name="sources">What it is made from.</param>
    /// <param name="output">Receives the text.</param>
    /// <param name="diagnostics">Receives an error for each source that cannot be read.</param>
    /// <returns>True when every source could be read.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static bool Build(SymbolSources sources, Stream output, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag errors = new();
        errors.AddRange(sources.Notes);
        if (!errors.HasErrors)
            new SymbolDatabaseWriter(sources, output, errors).Write();
        diagnostics.AddRange(errors);
        return !errors.HasErrors;
    }
}
