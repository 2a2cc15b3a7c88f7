using System.Text.Json;
using System.Text.Json.Serialization;

namespace Klp.Kernel.Facts;

/// <summary>Reads and writes a <see cref="Sympos"/> as a number of JSON.</summary>
public sealed class SymposConverter : JsonConverter<Sympos>
{
    /// <inheritdoc/>
    public override Sympos Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetUInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Sympos value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(value.Value);
    }
}
