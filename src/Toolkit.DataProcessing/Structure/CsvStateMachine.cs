namespace Toolkit.DataProcessing;

/// <summary>
/// The written state machine, one byte at a time: what a file means is what this says, and every faster path has to agree
/// with it. A quote opens a field only as the field's first byte; between quotes <c>""</c> is a quote; behind a closing quote
/// other text is stray, and the field goes on without quotes. Records end at LF, CR and CRLF outside quotes.
/// </summary>
internal readonly struct CsvStateMachine
{
    private readonly byte _delimiter;
    private readonly int _quote;

    public CsvStateMachine(CsvDialect dialect)
    {
        _delimiter = (byte)dialect.Delimiter;
        _quote = dialect.Quotes == CsvQuotes.None ? -1 : (byte)dialect.Quote;
    }

    /// <summary>Takes one byte: the state after it, and what it did.</summary>
    public CsvEvent Step(ref CsvState state, byte value)
    {
        if (state == CsvState.Quoted)
        {
            state = value == _quote ? CsvState.QuoteInQuoted : CsvState.Quoted;
            return CsvEvent.None;
        }

        if (value == _delimiter)
        {
            state = CsvState.FieldStart;
            return CsvEvent.FieldEnd;
        }

        if (value == (byte)'\n')
        {
            var swallowed = state == CsvState.AfterCr;
            state = CsvState.FieldStart;
            return swallowed ? CsvEvent.Swallowed : CsvEvent.RecordEnd;
        }

        if (value == (byte)'\r')
        {
            state = CsvState.AfterCr;
            return CsvEvent.RecordEnd;
        }

        return Text(ref state, value);
    }

    private CsvEvent Text(ref CsvState state, byte value)
    {
        var before = state;
        if (value == _quote && before != CsvState.Unquoted)
        {
            // At a field's start it opens; behind a quote it is the second of a pair.
            state = CsvState.Quoted;
            return CsvEvent.None;
        }

        state = CsvState.Unquoted;
        return value == _quote || before == CsvState.QuoteInQuoted ? CsvEvent.Stray : CsvEvent.None;
    }
}
