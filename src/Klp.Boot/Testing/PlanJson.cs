using System.Text.Json;
using System.Text.Json.Serialization;

namespace Klp.Boot.Testing;

/// <summary>How a <see cref="BootPlan"/> is written and read. The compiler makes the code for it.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(BootPlan))]
internal sealed partial class PlanJson : JsonSerializerContext
{
    /// <summary>The form of the file; what lacks a part is no plan.</summary>
    internal static PlanJson Strict { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
