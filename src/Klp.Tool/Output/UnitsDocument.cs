using System.Text.Json.Nodes;
using Klp.Kbuild.Units;

namespace Klp.Tool.Output;

/// <summary>What <c>klp units --json</c> prints.</summary>
/// <param name="Files">The files with the units that they are compiled into; null where they were not looked for.</param>
/// <param name="Cost">What a patch of them costs; null likewise.</param>
/// <param name="Diagnostics">What there is to tell, as <see cref="DiagnosticPrinter.Json"/> has it.</param>
internal sealed record UnitsDocument(IReadOnlyList<FileUnits>? Files, PatchCost? Cost, JsonArray Diagnostics);
