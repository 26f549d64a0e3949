using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Toolkit.Messaging;

/// <summary>
/// System.Text.Json with source-generated metadata: nothing is looked up by reflection. <c>byte[]</c> and
/// <c>ReadOnlyMemory&lt;byte&gt;</c> pass as they are.
/// </summary>
public sealed class JsonMessageSerializer : IMessageSerializer
{
    // The thread's spare writer, and whose options it has. Taken while it is used: a converter may serialise in between.
    [ThreadStatic]
    private static (JsonMessageSerializer? Owner, Utf8JsonWriter? Writer) s_spare;

    private readonly JsonSerializerOptions _options;

    /// <summary>Serialises the types that <paramref name="resolvers"/> know, such as <c>OrdersJson.Default</c>.</summary>
    /// <param name="resolvers">Source-generated contexts; asked in order.</param>
    public JsonMessageSerializer(params IEnumerable<IJsonTypeInfoResolver> resolvers)
        : this(new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = JsonTypeInfoResolver.Combine([.. resolvers]) })
    {
    }

    /// <summary>Serialises with <paramref name="options"/>, which must have a <see cref="JsonSerializerOptions.TypeInfoResolver"/>.</summary>
    /// <param name="options">Made read-only.</param>
    public JsonMessageSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TypeInfoResolver is null)
        {
            throw new ArgumentException("The options have no TypeInfoResolver: set it to a source-generated context.", nameof(options));
        }

        options.MakeReadOnly();
        _options = options;
    }

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public void Serialize<T>(T message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (TryGetRaw(message, out var raw))
        {
            output.Write(raw.Span);
            return;
        }

        var type = TypeInfo<T>();
        try
        {
            var writer = RentWriter(output);
            JsonSerializer.Serialize(writer, message, type);
            writer.Flush();
            s_spare = (this, writer);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new SerializationException($"A message of type {typeof(T)} could not be serialised: {exception.Message}", innerException: exception);
        }
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> body)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return (T)(object)body;
        }

        if (typeof(T) == typeof(byte[]))
        {
            return (T)(object)body.ToArray();
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, TypeInfo<T>()) ?? throw new SerializationException($"The body is null instead of a {typeof(T)}.");
        }
        catch (Exception exception) when (exception is not (SerializationException or OutOfMemoryException))
        {
            // Whatever it is, a constructor that refuses a value among it: the same bytes fail again.
            throw new SerializationException($"The body ({body.Length} bytes) could not be deserialised to {typeof(T)}: {exception.Message}", innerException: exception);
        }
    }

    // The writer's own options count, not those of the serialiser that is given it.
    private Utf8JsonWriter RentWriter(IBufferWriter<byte> output)
    {
        var (owner, writer) = s_spare;
        if (owner != this || writer is null)
        {
            return new Utf8JsonWriter(output, new JsonWriterOptions
            {
                Encoder = _options.Encoder,
                Indented = _options.WriteIndented,
                IndentCharacter = _options.IndentCharacter,
                IndentSize = _options.IndentSize,
                NewLine = _options.NewLine,
                SkipValidation = true,
            });
        }

        s_spare = default;
        writer.Reset(output);
        return writer;
    }

    private static bool TryGetRaw<T>(T message, out ReadOnlyMemory<byte> raw)
    {
        raw = message switch
        {
            byte[] array => array,
            ReadOnlyMemory<byte> memory => memory,
            _ => default,
        };
        return typeof(T) == typeof(byte[]) || typeof(T) == typeof(ReadOnlyMemory<byte>);
    }

    private JsonTypeInfo<T> TypeInfo<T>()
    {
        if (_options.TryGetTypeInfo(typeof(T), out var info))
        {
            return (JsonTypeInfo<T>)info;
        }

        throw new SerializationException($"No JSON metadata for {typeof(T)}: declare it in a JsonSerializerContext ([JsonSerializable(typeof({typeof(T).Name}))]) and register the context with UseJson(YourContext.Default).");
    }
}
