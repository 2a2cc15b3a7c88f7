namespace Klp.Kernel.Diagnostics;

/// <summary>A kind of diagnostic: its code and what all of that code have in common.</summary>
/// <param name="Code"><c>KLP</c> and four digits; docs/diagnostics has a page of that name.</param>
/// <param name="Severity">What it means for the work at hand, where nothing is known that makes it worse or better.</param>
/// <param name="Title">What is wrong, in a few words: the title of its page.</param>
public sealed record DiagnosticDescriptor(string Code, DiagnosticSeverity Severity, string Title)
{
    /// <summary>The code itself, where only that is asked for.</summary>
    /// <param name="descriptor">The kind of diagnostic.</param>
    public static implicit operator string(DiagnosticDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return descriptor.Code;
    }

    /// <summary>A diagnostic of this kind.</summary>
    /// <param name="place">The place in the user's files, or null.</param>
    /// <param name="message">What happened, why, and what to do.</param>
    public Diagnostic At(SourcePlace? place, string message) => At(place, Severity, message);

    /// <summary>A diagnostic of this kind that is worse, or not as bad, as others are.</summary>
    /// <param name="place">The place in the user's files, or null.</param>
    /// <param name="severity">What it means for the work at hand.</param>
    /// <param name="message">What happened, why, and what to do.</param>
    public Diagnostic At(SourcePlace? place, DiagnosticSeverity severity, string message) => new(Code, severity, message, place);

    /// <inheritdoc/>
    public override string ToString() => Code;
}
