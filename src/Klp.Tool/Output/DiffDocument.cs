using System.Text.Json.Nodes;
using Klp.Patching.Diff;

namespace Klp.Tool.Output;

/// <summary>What <c>klp diff --json</c> prints.</summary>
/// <param name="Summary">What changed; null where the objects cannot be compared.</param>
/// <param name="Diagnostics">What there is to tell, as <see cref="DiagnosticPrinter.Json"/> has it.</param>
internal sealed record DiffDocument(DiffSummary? Summary, JsonArray Diagnostics);
