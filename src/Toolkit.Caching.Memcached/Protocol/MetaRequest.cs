using System.Globalization;

namespace Toolkit.Caching.Memcached;

/// <summary>Commands for one server, sent in one piece; the answers come in their order.</summary>
/// <param name="commands">About how many there will be.</param>
/// <remarks>The meta text protocol: doc/protocol.txt of memcached, from version 1.6.</remarks>
internal sealed class MetaRequest(int commands = 1)
{
    /// <summary>The most names in one line. The server looks after other connections between lines.</summary>
    internal const int RetrievalsALine = 128;

    private const int LongestNumber = 20;
    private const int CommandLength = 64;
    private const int LeastCapacity = 256;

    private byte[] _buffer = new byte[Math.Max(LeastCapacity, commands * CommandLength)];
    private int _length;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>What a line of retrievals starts with.</summary>
    public static ReadOnlySpan<byte> Retrieval => "get "u8;

    /// <summary>The number of answers that will come, counting one for each name of a retrieval.</summary>
    public int Count { get; private set; }

    /// <summary>The number of commands.</summary>
    public int Commands { get; private set; }

    /// <summary>Whether it is made of <see cref="Retrieve"/>.</summary>
    public bool IsRetrieval { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether it may be sent once more when it is not known whether the server has seen it.</summary>
    public bool IsRepeatable { get; private set; } = true;

    /// <summary>
    /// Gets a value, in one command with the others of this request, which can have no other commands. The server answers such a command in
    /// one piece; of commands in a row it takes twenty, sends their answers, and looks after other connections first.
    /// </summary>
    public MetaRequest Retrieve(ReadOnlySpan<byte> key)
    {
        var before = " "u8;
        if (Count % RetrievalsALine == 0)
        {
            before = Retrieval;
            Commands++;
        }
        else
        {
            _length -= LineEnd.Length;
        }

        // In one step: of these there are many.
        var text = Add(before.Length + key.Length + LineEnd.Length);
        before.CopyTo(text);
        key.CopyTo(text[before.Length..]);
        LineEnd.CopyTo(text[(before.Length + key.Length)..]);
        IsRetrieval = true;
        Count++;
        return this;
    }

    /// <summary>Gets a value.</summary>
    public MetaRequest Get(ReadOnlySpan<byte> key) => Text("mg "u8).Text(key).Text(" v"u8).End();

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
        text.CopyTo(Add(text.Length));
        return this;
    }

    private MetaRequest Number<T>(T number)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[LongestNumber];
        number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return Text(text[..length]);
    }

    private MetaRequest End()
    {
        Count++;
        Commands++;
        return Text(LineEnd);
    }

    private MetaRequest End(ReadOnlySpan<byte> value) => End().Text(value).Text(LineEnd);

    private Span<byte> Add(int length)
    {
        if (_buffer.Length - _length < length)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + length));
        }

        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }
}
