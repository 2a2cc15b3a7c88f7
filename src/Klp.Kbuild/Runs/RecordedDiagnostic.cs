using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Runs;

/// <summary>An entry of a <see cref="DiagnosticRecord"/>.</summary>
/// <param name="Diagnostic">What there is to tell.</param>
/// <param name="Line">The text of the line that it is about; null where it has none.</param>
internal sealed record RecordedDiagnostic(Diagnostic Diagnostic, string? Line);
