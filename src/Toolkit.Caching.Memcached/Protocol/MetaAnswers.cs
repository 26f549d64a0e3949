using System.Buffers.Text;
using System.Text;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>The answers to a request, taken line by line as they come.</summary>
internal sealed class MetaAnswers(MetaRequest request)
{
    private const int ShownOfALine = 100;

    private readonly MetaAnswer[] _answers = new MetaAnswer[request.Count];
    private RetrievedNames _names = new(request.Bytes);
    private int _commands = request.Commands;
    private int _next;

    public bool IsComplete => _commands == 0;

    /// <summary>The answers in the order of the commands and their names.</summary>
    public MetaAnswer[] ToArray() => _answers;

    /// <summary>Takes a line, without its end.</summary>
    /// <returns>The length of the value that follows; -1 where none does.</returns>
    public int TakeLine(ReadOnlySpan<byte> line)
    {
        if (request.IsRetrieval)
        {
            return line.StartsWith("VALUE "u8) ? TakeRetrieved(line) : TakeEnd(line);
        }

        _commands--;
        if (line.StartsWith("VA "u8))
        {
            _answers[_next] = new MetaAnswer(MetaStatus.Value, null, CasOf(line));
            return Length(line[3..], line);
        }

        _answers[_next++] = Parse(line);
        return -1;
    }

    /// <summary>Takes the value that follows the last line.</summary>
    public void TakeValue(byte[] value)
    {
        ref var answer = ref _answers[_next++];
        answer = answer with { Value = value };
    }

    // VALUE name flags length. The server leaves out what it does not have.
    private int TakeRetrieved(ReadOnlySpan<byte> line)
    {
        var name = line["VALUE ".Length..];
        name = name[..Math.Max(0, name.IndexOf((byte)' '))];
        if (!_names.TryPass(name))
        {
            throw Unexpected(line);
        }

        Fill(_names.Passed - 1, MetaAnswer.Missing);
        _answers[_next] = new MetaAnswer(MetaStatus.Value, null, 0);
        return Length(line[(line.LastIndexOf((byte)' ') + 1)..], line);
    }

    // The end of the answers to one line of names, or what the server says instead of the rest of them.
    private int TakeEnd(ReadOnlySpan<byte> line)
    {
        _commands--;
        _names.PassLine();
        Fill(_names.Passed, line.SequenceEqual("END"u8) ? MetaAnswer.Missing : IsRefusal(line) ? Refusal(line) : throw Unexpected(line));
        return -1;
    }

    private void Fill(int end, MetaAnswer answer)
    {
        _answers.AsSpan(_next, end - _next).Fill(answer);
        _next = end;
    }

    private static MetaAnswer Parse(ReadOnlySpan<byte> line)
    {
        if (IsRefusal(line))
        {
            return Refusal(line);
        }

        if (line.Length > 2 && line[2] != (byte)' ')
        {
            throw Unexpected(line);
        }

        var code = line.Length >= 2 ? line[..2] : line;
        return code.SequenceEqual("HD"u8) ? new(MetaStatus.Done, null, CasOf(line))
            : code.SequenceEqual("EN"u8) || code.SequenceEqual("NF"u8) ? MetaAnswer.Missing
            : code.SequenceEqual("NS"u8) || code.SequenceEqual("EX"u8) ? new(MetaStatus.NotStored, null, 0)
            : throw Unexpected(line);
    }

    private static bool IsRefusal(ReadOnlySpan<byte> line) => line.StartsWith("SERVER_ERROR"u8);

    private static MetaAnswer Refusal(ReadOnlySpan<byte> line) => new(MetaStatus.Refused, null, 0, Encoding.ASCII.GetString(line));

    private static int Length(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(text, out int length, out _) && length >= 0 ? length : throw Unexpected(line);

    private static ulong CasOf(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(" c"u8);
        return at >= 0 && Utf8Parser.TryParse(line[(at + 2)..], out ulong cas, out _) ? cas : 0;
    }

    private static CacheStoreException Unexpected(ReadOnlySpan<byte> line) =>
        new($"The memcached server does not speak the meta protocol (version 1.6 is needed): {Encoding.ASCII.GetString(line[..Math.Min(line.Length, ShownOfALine)])}");
}
