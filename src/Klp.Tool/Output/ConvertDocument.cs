using System.Text.Json.Nodes;

namespace Klp.Tool.Output;

/// <summary>What <c>klp convert --json</c> prints.</summary>
/// <param name="Diagnostics">What there is to tell, as <see cref="DiagnosticPrinter.Json"/> has it.</param>
/// <param name="Decisions">What is decided about each symbol; none where there is no plan.</param>
/// <param name="Moves">What moves to livepatch sections; none where there is no plan.</param>
internal sealed record ConvertDocument(
    JsonArray Diagnostics, IReadOnlyList<DecidedSymbol> Decisions, IReadOnlyList<PlannedMove> Moves);
