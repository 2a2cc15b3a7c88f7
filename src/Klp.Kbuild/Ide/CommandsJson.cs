using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Klp.Kbuild.Ide;

/// <summary>How <see cref="PatchedCommands"/> are written and read. The compiler makes the code for it.</summary>
[JsonSerializable(typeof(PatchedCommands))]
internal sealed partial class CommandsJson : JsonSerializerContext
{
    /// <summary>The form of the file; what lacks a part is no such file.</summary>
    internal static CommandsJson Strict { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
