using System.Buffers;
using System.Globalization;
using System.Text;

namespace Toolkit.Caching.Memcached;

/// <summary>Commands for one server, sent in one piece; the answers come in their order.</summary>
/// <remarks>The meta text protocol: doc/protocol.txt of memcached, from version 1.6.</remarks>
internal sealed class MetaRequest
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>The number of answers that will come.</summary>
    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.WrittenMemory;

    /// <summary>Gets a value, with its version.</summary>
    public MetaRequest Get(string key) => Line($"mg {key} v c");

    /// <summary>Gives an item another time to live.</summary>
    public MetaRequest Touch(string key, long expiry) => Line($"mg {key} T{expiry}");

    /// <summary>Deletes an item.</summary>
    public MetaRequest Delete(string key) => Line($"md {key}");

    /// <summary>Deletes an item if it has this version.</summary>
    public MetaRequest Delete(string key, ulong cas) => Line($"md {key} C{cas}");

    /// <summary>Stores a value.</summary>
    public MetaRequest Set(string key, ReadOnlySpan<byte> value, long expiry) => Store($"ms {key} {value.Length} T{expiry}", value);

    /// <summary>Stores a value where there is none.</summary>
    public MetaRequest Add(string key, ReadOnlySpan<byte> value, long expiry) => Store($"ms {key} {value.Length} T{expiry} ME", value);

    private MetaRequest Line(FormattableString command)
    {
        Encoding.ASCII.GetBytes(command.ToString(CultureInfo.InvariantCulture), _buffer);
        _buffer.Write("\r\n"u8);
        Count++;
        return this;
    }

    private MetaRequest Store(FormattableString command, ReadOnlySpan<byte> value)
    {
        Line(command);
        _buffer.Write(value);
        _buffer.Write("\r\n"u8);
        return this;
    }
}
