using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Toolkit.Messaging.Tests.Serialization;

public sealed class JsonMessageSerializerTests
{
    [Fact]
    public void Serialize_OptionsWithAnEncoder_AreFollowed()
    {
        var relaxed = new JsonMessageSerializer(new JsonSerializerOptions { TypeInfoResolver = SerializerJson.Default, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var strict = new JsonMessageSerializer(SerializerJson.Default);

        Assert.Equal("""{"Text":"é"}""", Write(relaxed, new Note("é")));
        Assert.Equal("""{"text":"\u00E9"}""", Write(strict, new Note("é")));
        Assert.Equal("""{"Text":"é"}""", Write(relaxed, new Note("é")));
    }

    [Fact]
    public void Serialize_ConverterThatSerialisesInBetween_WritesBoth()
    {
        var serializer = new JsonMessageSerializer(SerializerJson.Default);
        NestingConverter.Inner = () => Write(serializer, new Note("inner"));
        Write(serializer, new Note("first")); // leaves a writer to use again

        Assert.Equal("""{"value":"{\u0022text\u0022:\u0022inner\u0022}","after":1}""", Write(serializer, new Outer(default, 1)));
    }

    [Fact]
    public void Serialize_PropertyThatThrows_FailsTypedAndTheNextMessageIsWhole()
    {
        var serializer = new JsonMessageSerializer(SerializerJson.Default);

        Assert.Throws<SerializationException>(() => Write(serializer, new Throwing()));
        Assert.Equal("""{"text":"next"}""", Write(serializer, new Note("next")));
    }

    [Fact]
    public void Deserialize_ConstructorRefuses_FailsTyped()
    {
        var exception = Assert.Throws<SerializationException>(() => new JsonMessageSerializer(SerializerJson.Default).Deserialize<Positive>("""{"value":-1}"""u8.ToArray()));
        Assert.IsType<ArgumentOutOfRangeException>(exception.InnerException);
    }

    private static string Write<T>(JsonMessageSerializer serializer, T message)
    {
        var output = new ArrayBufferWriter<byte>();
        serializer.Serialize(message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

public sealed record Note(string Text);

public sealed record Outer(Nested Value, int After);

[JsonConverter(typeof(NestingConverter))]
public readonly record struct Nested;

public sealed class NestingConverter : JsonConverter<Nested>
{
    internal static Func<string> Inner { get; set; } = () => string.Empty;

    public override Nested Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => default;

    public override void Write(Utf8JsonWriter writer, Nested value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Inner());
    }
}

public sealed class Throwing
{
    public int First { get; } = 1;

    public int Second => Fail(First);

    private static int Fail(int number) => throw new FormatException($"no {number}");
}

public sealed class Positive
{
    public Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    public int Value { get; }
}

[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Outer))]
[JsonSerializable(typeof(Throwing))]
[JsonSerializable(typeof(Positive))]
internal sealed partial class SerializerJson : JsonSerializerContext;
