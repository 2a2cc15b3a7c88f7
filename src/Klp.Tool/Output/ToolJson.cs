using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Klp.Kbuild.Patching;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;

namespace Klp.Tool.Output;

/// <summary>
/// How the tool writes JSON: indented, camel case, enumerations as words. The compiler makes the code for it: what is compiled
/// ahead has no reflection.
/// </summary>
[JsonSerializable(typeof(ConvertDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(LivepatchSummary))]
[JsonSerializable(typeof(UnitsDocument))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    /// <summary>The form of all documents.</summary>
    internal static JsonSerializerOptions Form { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            Words<DiffNoteKind>(), Words<PartDifferenceKind>(), Words<SymbolDecisionKind>(), Words<UnitLanguage>(),
        },
    };

    /// <summary>The documents in this form.</summary>
    internal static ToolJson Indented { get; } = new(Form);

    /// <summary>A value of an enumeration as a word.</summary>
    internal static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static JsonStringEnumConverter<T> Words<T>()
        where T : struct, Enum => new(JsonNamingPolicy.CamelCase);
}
