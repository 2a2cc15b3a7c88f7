using System.Text.Json;
using System.Text.Json.Serialization;

namespace Klp.Kbuild.Building;

/// <summary>How a <see cref="SavedPatch"/> is written and read. The compiler makes the code for it.</summary>
[JsonSerializable(typeof(SavedPatch))]
internal sealed partial class SavedPatchJson : JsonSerializerContext
{
    /// <summary>The form of the file; what lacks a part is no such file.</summary>
    internal static SavedPatchJson Strict { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
