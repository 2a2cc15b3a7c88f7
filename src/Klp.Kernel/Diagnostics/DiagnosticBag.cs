using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Klp.Kernel.Diagnostics;

/// <summary>Gathers diagnostics, so that a user gets all of them at once, in the order they were found.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "A bag is what compilers call it.")]
public sealed class DiagnosticBag : IReadOnlyCollection<Diagnostic>
{
    private readonly List<Diagnostic> diagnostics = [];

    /// <inheritdoc/>
    public int Count => diagnostics.Count;

    /// <summary>True when one of them is an error.</summary>
    public bool HasErrors => diagnostics.Exists(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Adds a diagnostic, unless the very same is there: an instruction pair has two relocations but one mistake.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (!diagnostics.Contains(diagnostic))
            diagnostics.Add(diagnostic);
    }

    /// <summary>Adds diagnostics, each unless the very same is there.</summary>
    public void AddRange(IEnumerable<Diagnostic> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        foreach (Diagnostic diagnostic in others)
            Add(diagnostic);
    }

    /// <summary>Adds an error.</summary>
    /// <param name="code">A code of <see cref="DiagnosticCodes"/>.</param>
    /// <param name="message">What happened, why, and what to do.</param>
    /// <param name="place">The place in the user's files, or null.</param>
    public void AddError(string code, string message, SourcePlace? place = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Error, message, place));

    /// <summary>Adds a warning.</summary>
    /// <param name="code">A code of <see cref="DiagnosticCodes"/>.</param>
    /// <param name="message">What happened, why, and what to do.</param>
    /// <param name="place">The place in the user's files, or null.</param>
    public void AddWarning(string code, string message, SourcePlace? place = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Warning, message, place));

    /// <summary>Adds an information.</summary>
    /// <param name="code">A code of <see cref="DiagnosticCodes"/>.</param>
    /// <param name="message">What is worth knowing.</param>
    /// <param name="place">The place in the user's files, or null.</param>
    public void AddInfo(string code, string message, SourcePlace? place = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Info, message, place));

    /// <inheritdoc/>
    public IEnumerator<Diagnostic> GetEnumerator() => diagnostics.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
