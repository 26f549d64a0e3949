using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Toolkit.Caching.Stores;

/// <summary>System.Text.Json over the metadata of a source-generated context: no reflection.</summary>
internal sealed class JsonCacheSerializer<T> : ICacheSerializer<T>
{
    private readonly JsonTypeInfo<T> _typeInfo;

    public JsonCacheSerializer(JsonTypeInfo<T> typeInfo)
    {
        _typeInfo = typeInfo;
        Schema = JsonSchemaText.Describe(typeInfo);
    }

    public string Schema { get; }

    public void Serialize(T value, IBufferWriter<byte> destination)
    {
        using var writer = new Utf8JsonWriter(destination, new JsonWriterOptions { SkipValidation = true });
        JsonSerializer.Serialize(writer, value, _typeInfo);
    }

    public T Deserialize(ReadOnlyMemory<byte> source) => JsonSerializer.Deserialize(source.Span, _typeInfo)!;
}
