namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>The obviously right reader: the written state machine over the whole input, byte by byte, in one go.</summary>
internal sealed class SlowReader(CsvOptions options)
{
    private readonly CsvStateMachine _machine = new(options.Dialect);
    private readonly List<(int Start, int End)> _fields = [];
    private byte[] _bytes = [];
    private int _fieldStart;
    private int _recordStart;
    private long _recordLine;
    private bool _stray;
    private int _columns = -1;

    public List<OracleRecord> Records { get; } = [];

    public List<OracleReject> Rejects { get; } = [];

    public List<string> Header { get; } = [];

    public void Read(byte[] bytes)
    {
        _bytes = bytes;
        var start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        _fieldStart = _recordStart = start;
        _recordLine = 1;
        var line = 1L;
        var state = CsvState.FieldStart;
        for (var i = start; i < bytes.Length; i++)
        {
            var what = _machine.Step(ref state, bytes[i]);
            var isLineEnd = bytes[i] == '\r' || (bytes[i] == '\n' && (i == start || bytes[i - 1] != '\r'));
            line += isLineEnd ? 1 : 0;
            switch (what)
            {
                case CsvEvent.FieldEnd:
                    _fields.Add((_fieldStart, i));
                    _fieldStart = i + 1;
                    break;
                case CsvEvent.RecordEnd:
                    _fields.Add((_fieldStart, i));
                    EndRecord(unterminated: false);
                    _fieldStart = _recordStart = i + 1;
                    _recordLine = line;
                    break;
                case CsvEvent.Swallowed:
                    _fieldStart = _recordStart = i + 1;
                    break;
                case CsvEvent.Stray:
                    _stray = true;
                    break;
            }
        }

        if (_recordStart < bytes.Length)
        {
            _fields.Add((_fieldStart, bytes.Length));
            EndRecord(unterminated: state == CsvState.Quoted);
        }
    }

    private void EndRecord(bool unterminated)
    {
        var (stray, fields) = (_stray && options.Dialect.Quotes == CsvQuotes.Strict, _fields.ToArray());
        _stray = false;
        _fields.Clear();
        var end = fields[^1].End;
        var blank = fields.Length == 1 && end == _recordStart;
        if (_columns < 0)
        {
            if (blank)
            {
                return;
            }

            _columns = fields.Length;
            if (options.HasHeader)
            {
                Header.AddRange(fields.Select(f => System.Text.Encoding.UTF8.GetString(Unquote(f.Start, f.End))));
                return;
            }
        }

        if (blank && (options.SkipBlankLines || _columns != 1))
        {
            return;
        }

        if (stray || unterminated)
        {
            Reject(stray ? BadRowReason.StrayQuote : BadRowReason.UnterminatedQuote, end);
            return;
        }

        if (fields.Length != _columns)
        {
            switch (options.RaggedRows)
            {
                case RaggedRows.Pad when fields.Length < _columns:
                case RaggedRows.Keep:
                    break;
                case RaggedRows.Truncate when fields.Length > _columns:
                    fields = fields[.._columns];
                    break;
                default:
                    Reject(BadRowReason.FieldCount, end);
                    return;
            }
        }

        var hash = Fnv.Start;
        foreach (var (from, to) in fields)
        {
            hash = Fnv.Add(hash, Unquote(from, to));
        }

        Records.Add(new OracleRecord(_recordStart, fields.Length, hash));
    }

    private void Reject(BadRowReason reason, int end) =>
        Rejects.Add(new OracleReject(_recordStart, _recordLine, reason, Fnv.Add(Fnv.Start, _bytes.AsSpan(_recordStart, end - _recordStart))));

    private ReadOnlySpan<byte> Unquote(int start, int end)
    {
        var quote = (byte)options.Dialect.Quote;
        if (options.Dialect.Quotes == CsvQuotes.None || start == end || _bytes[start] != quote)
        {
            return _bytes.AsSpan(start, end - start);
        }

        var value = new List<byte>();
        var i = start + 1;
        for (; i < end; i++)
        {
            if (_bytes[i] != quote)
            {
                value.Add(_bytes[i]);
            }
            else if (i + 1 < end && _bytes[i + 1] == quote)
            {
                value.Add(quote);
                i++;
            }
            else
            {
                i++;
                break;
            }
        }

        for (; i < end; i++)
        {
            value.Add(_bytes[i]);
        }

        return value.ToArray();
    }
}
