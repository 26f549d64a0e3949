using System.Buffers;
using System.Text;

namespace Toolkit.Caching.Stores;

/// <summary>Texts as UTF-8, or as UTF-16 where they have unpaired surrogates.</summary>
internal sealed class TextCacheSerializer : ICacheSerializer<string>
{
    private const byte Null = 0;
    private const byte Narrow = 1;
    private const byte Wide = 2;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Schema => "text";

    public void Serialize(string value, IBufferWriter<byte> destination)
    {
        if (value is null)
        {
            destination.Write([Null]);
            return;
        }

        var narrow = IsWellFormed(value);
        destination.Write([narrow ? Narrow : Wide]);
        if (narrow)
        {
            Strict.GetBytes(value, destination);
        }
        else
        {
            destination.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.AsSpan()));
        }
    }

    public string Deserialize(ReadOnlyMemory<byte> source) => source.Span[0] switch
    {
        Null => null!,
        Narrow => Strict.GetString(source.Span[1..]),
        Wide => new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(source.Span[1..])),
        _ => throw new FormatException("Not a stored text."),
    };

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]))
            {
                return false;
            }
        }

        return true;
    }
}
