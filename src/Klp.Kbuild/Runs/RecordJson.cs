using System.Text.Json.Serialization;

namespace Klp.Kbuild.Runs;

/// <summary>How a <see cref="DiagnosticRecord"/> is written and read. The compiler makes the code for it.</summary>
[JsonSerializable(typeof(RecordedDiagnostic[]))]
internal sealed partial class RecordJson : JsonSerializerContext;
