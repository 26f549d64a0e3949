namespace Toolkit.DataProcessing;

/// <summary>
/// Turns quotes that are escaped by another character, mostly a backslash, into doubled ones: what the scan reads. Within quotes
/// the escape before a quote stands for the quote, and before another escape for one; before anything else it is text. The
/// result is never longer.
/// </summary>
internal sealed class EscapeDecoder : DecoderStream
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _inner;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly byte _escape;
    private readonly int _comment;
    private readonly byte[] _source = new byte[BufferBytes];
    private readonly byte[] _target = new byte[BufferBytes + 1];
    private State _state = State.Beginning;
    private int _skipLines;
    private bool _afterReturn;
    private int _start;
    private int _end;

    /// <summary>A stream over another one.</summary>
    /// <param name="inner">Owned by the stream.</param>
    /// <param name="dialect">With an escape.</param>
    /// <param name="skipLines">Lines at the beginning that are none of the table.</param>
    public EscapeDecoder(Stream inner, CsvDialect dialect, int skipLines)
        : base(inner)
    {
        _inner = inner;
        _delimiter = (byte)dialect.Delimiter;
        _quote = (byte)dialect.Quote;
        _escape = (byte)dialect.Escape!.Value;
        _comment = dialect.Comment ?? -1;
        _skipLines = skipLines;
    }

    private enum State
    {
        Beginning,
        RecordStart,
        FieldStart,
        Text,
        Comment,
        Quoted,
        Escaped,
        Closed,
    }

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end && !buffer.IsEmpty)
        {
            if (!Fill())
            {
                return 0;
            }
        }

        var count = Math.Min(_end - _start, buffer.Length);
        _target.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private bool Fill()
    {
        // A mark comes as a whole: what follows it is a field's first byte.
        var count = _state == State.Beginning ? _inner.ReadAtLeast(_source, 3, throwOnEndOfStream: false) : _inner.Read(_source);
        var source = _source.AsSpan(0, count);
        _start = _end = 0;
        if (count == 0)
        {
            if (_state == State.Escaped)
            {
                _target[_end++] = _escape;
                _state = State.Quoted;
            }

            return _end > 0;
        }

        if (_state == State.Beginning)
        {
            _state = State.RecordStart;
            Copy(ref source, source.StartsWith("\uFEFF"u8) ? 3 : 0);
        }

        while (!source.IsEmpty)
        {
            Take(ref source);
        }

        return true;
    }

    private void Take(ref Span<byte> source)
    {
        if (_skipLines > 0 || _afterReturn)
        {
            SkipLine(ref source);
            return;
        }

        switch (_state)
        {
            case State.Quoted:
                Copy(ref source, LengthTo(source.IndexOfAny(_quote, _escape), source));
                if (!source.IsEmpty && source[0] == _quote)
                {
                    Copy(ref source, 1);
                    _state = State.Closed;
                }
                else if (!source.IsEmpty)
                {
                    source = source[1..];
                    _state = State.Escaped;
                }

                break;
            case State.Escaped:
                if (source[0] != _escape)
                {
                    _target[_end++] = source[0] == _quote ? _quote : _escape;
                }

                Copy(ref source, 1);
                _state = State.Quoted;
                break;
            case State.Text:
                Copy(ref source, LengthTo(source.IndexOfAny(_delimiter, (byte)'\n', (byte)'\r'), source));
                Step(ref source);
                break;
            case State.Comment:
                Copy(ref source, LengthTo(source.IndexOfAny((byte)'\n', (byte)'\r'), source));
                Step(ref source);
                break;
            default:
                Step(ref source);
                break;
        }
    }

    // One byte outside quotes.
    private void Step(ref Span<byte> source)
    {
        if (source.IsEmpty)
        {
            return;
        }

        var value = source[0];
        _state = value is (byte)'\n' or (byte)'\r' ? State.RecordStart
            : value == _delimiter ? State.FieldStart
            : value == _quote && _state != State.Text ? State.Quoted
            : value == _comment && _state == State.RecordStart ? State.Comment
            : State.Text;
        Copy(ref source, 1);
    }

    private void SkipLine(ref Span<byte> source)
    {
        // The LF of a CRLF belongs to the line before.
        if (_afterReturn)
        {
            _afterReturn = false;
            Copy(ref source, source[0] == (byte)'\n' ? 1 : 0);
            return;
        }

        var at = source.IndexOfAny((byte)'\n', (byte)'\r');
        if (at >= 0)
        {
            _skipLines--;
            _afterReturn = source[at] == (byte)'\r';
        }

        Copy(ref source, at < 0 ? source.Length : at + 1);
    }

    private static int LengthTo(int at, Span<byte> source) => at < 0 ? source.Length : at;

    private void Copy(ref Span<byte> source, int count)
    {
        source[..count].CopyTo(_target.AsSpan(_end));
        _end += count;
        source = source[count..];
    }
}
