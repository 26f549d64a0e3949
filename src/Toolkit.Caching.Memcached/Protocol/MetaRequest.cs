using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Toolkit.Caching.Memcached;

/// <summary>Commands for one server, sent in one piece; the answers come in their order.</summary>
/// <param name="commands">About how many there will be.</param>
/// <remarks>The meta text protocol: doc/protocol.txt of memcached, from version 1.6.</remarks>
internal sealed class MetaRequest(int commands = 1)
{
    private const int LongestNumber = 20;
    private const int CommandLength = 64;
    private const int LeastCapacity = 256;

    private readonly ArrayBufferWriter<byte> _buffer = new(Math.Max(LeastCapacity, commands * CommandLength));

    /// <summary>The number of answers that will come.</summary>
    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.WrittenMemory;

    /// <summary>Whether it may be sent once more when it is not known whether the server has seen it.</summary>
    public bool IsRepeatable { get; private set; } = true;

    /// <summary>Gets a value.</summary>
    public MetaRequest Get(string key) => Text("mg ").Text(key).Text(" v").End();

    /// <summary>Gets a value, with its version.</summary>
    public MetaRequest GetVersioned(string key) => Text("mg ").Text(key).Text(" v c").End();

    /// <summary>Gives an item another time to live.</summary>
    public MetaRequest Touch(string key, long expiry) => Text("mg ").Text(key).Text(" T").Number(expiry).End();

    /// <summary>Deletes an item.</summary>
    public MetaRequest Delete(string key) => Text("md ").Text(key).End();

    /// <summary>Deletes an item if it has this version.</summary>
    public MetaRequest Delete(string key, ulong cas) => Once().Text("md ").Text(key).Text(" C").Text(cas.ToString(CultureInfo.InvariantCulture)).End();

    /// <summary>Stores a value.</summary>
    public MetaRequest Set(string key, ReadOnlySpan<byte> value, long expiry) => Store(key, value, expiry).End(value);

    /// <summary>Stores a value where there is none.</summary>
    public MetaRequest Add(string key, ReadOnlySpan<byte> value, long expiry) => Once().Store(key, value, expiry).Text(" ME").End(value);

    /// <summary>Replaces a value if it has this version.</summary>
    public MetaRequest Replace(string key, ReadOnlySpan<byte> value, long expiry, ulong cas) =>
        Once().Store(key, value, expiry).Text(" C").Text(cas.ToString(CultureInfo.InvariantCulture)).End(value);

    private MetaRequest Once()
    {
        IsRepeatable = false;
        return this;
    }

    private MetaRequest Store(string key, ReadOnlySpan<byte> value, long expiry) =>
        Text("ms ").Text(key).Text(" ").Number(value.Length).Text(" T").Number(expiry);

    private MetaRequest Text(string text)
    {
        _buffer.Advance(Encoding.ASCII.GetBytes(text, _buffer.GetSpan(text.Length)));
        return this;
    }

    private MetaRequest Number(long number)
    {
        Utf8Formatter.TryFormat(number, _buffer.GetSpan(LongestNumber), out var written);
        _buffer.Advance(written);
        return this;
    }

    private MetaRequest End()
    {
        _buffer.Write("\r\n"u8);
        Count++;
        return this;
    }

    private MetaRequest End(ReadOnlySpan<byte> value)
    {
        End();
        _buffer.Write(value);
        _buffer.Write("\r\n"u8);
        return this;
    }
}
