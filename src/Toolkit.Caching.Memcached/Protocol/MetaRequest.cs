using System.Buffers;
using System.Globalization;

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
    public MetaRequest Get(ReadOnlySpan<byte> key)
    {
        // In one step: of these there are many.
        var before = "mg "u8;
        var after = " v\r\n"u8;
        var length = before.Length + key.Length + after.Length;
        var command = _buffer.GetSpan(length);
        before.CopyTo(command);
        key.CopyTo(command[before.Length..]);
        after.CopyTo(command[(before.Length + key.Length)..]);
        _buffer.Advance(length);
        Count++;
        return this;
    }

    /// <summary>Gets a value, with its version.</summary>
    public MetaRequest GetVersioned(ReadOnlySpan<byte> key) => Text("mg "u8).Text(key).Text(" v c"u8).End();

    /// <summary>Gives an item another time to live.</summary>
    public MetaRequest Touch(ReadOnlySpan<byte> key, long expiry) => Text("mg "u8).Text(key).Text(" T"u8).Number(expiry).End();

    /// <summary>Deletes an item.</summary>
    public MetaRequest Delete(ReadOnlySpan<byte> key) => Text("md "u8).Text(key).End();

    /// <summary>Deletes an item if it has this version.</summary>
    public MetaRequest Delete(ReadOnlySpan<byte> key, ulong cas) => Once().Text("md "u8).Text(key).Text(" C"u8).Number(cas).End();

    /// <summary>Stores a value.</summary>
    public MetaRequest Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry) => Store(key, value, expiry).End(value);

    /// <summary>Stores a value where there is none.</summary>
    public MetaRequest Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry) => Once().Store(key, value, expiry).Text(" ME"u8).End(value);

    /// <summary>Replaces a value if it has this version.</summary>
    public MetaRequest Replace(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry, ulong cas) =>
        Once().Store(key, value, expiry).Text(" C"u8).Number(cas).End(value);

    private MetaRequest Once()
    {
        IsRepeatable = false;
        return this;
    }

    private MetaRequest Store(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry) =>
        Text("ms "u8).Text(key).Text(" "u8).Number(value.Length).Text(" T"u8).Number(expiry);

    private MetaRequest Text(ReadOnlySpan<byte> text)
    {
        _buffer.Write(text);
        return this;
    }

    private MetaRequest Number<T>(T number)
        where T : IUtf8SpanFormattable
    {
        number.TryFormat(_buffer.GetSpan(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
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
