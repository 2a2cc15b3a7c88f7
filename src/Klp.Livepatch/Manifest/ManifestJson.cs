using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Klp.Livepatch.Manifest;

/// <summary>How a manifest is written. The compiler makes the code for it: what is compiled ahead has no reflection.</summary>
[JsonSerializable(typeof(LivepatchManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    /// <summary>The form of the file.</summary>
    internal static ManifestJson Indented { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        // It is a file, not a part of a page of HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
