using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Klp.Kbuild.Disassembly;

namespace Klp.Kbuild.Patching;

/// <summary>How an explanation is written. The compiler makes the code for it: what is compiled ahead has no reflection.</summary>
[JsonSerializable(typeof(PatchExplanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext
{
    /// <summary>The form for programs.</summary>
    internal static ExplanationJson Indented { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<ListingRowKind>(JsonNamingPolicy.CamelCase) },
    });
}
