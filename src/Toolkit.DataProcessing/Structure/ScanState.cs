namespace Toolkit.DataProcessing;

/// <summary>
/// What the kernel carries from one block to the next: the state of the written machine (<see cref="CsvStateMachine"/>),
/// spread over bits so that it can be shifted into the masks of the next block.
/// </summary>
internal struct ScanState
{
    /// <summary>All ones inside a quoted field, else 0.</summary>
    public ulong InQuotes;

    /// <summary>1 where the byte before was a separator or a line end outside quotes: a field starts here.</summary>
    public ulong FieldStart;

    /// <summary>1 where the byte before was a quote that closed a field, or the first of a doubled pair.</summary>
    public ulong Closed;

    /// <summary>1 where the byte before was a CR: an LF here belongs to the same line end.</summary>
    public ulong AfterCr;

    /// <summary>Not zero inside a comment; only <see cref="CommentKernel"/> looks at it.</summary>
    public ulong InComment;

    /// <summary>Not zero once a quote was seen that neither opens nor closes a plain field: a doubled or a stray one.</summary>
    public ulong Escapes;

    /// <summary>Not zero once a CR was seen.</summary>
    public ulong CarriageReturns;

    /// <summary>The line ends passed, in quotes or not; CRLF is one.</summary>
    public long Lines;

    /// <summary>The state at the start of a record.</summary>
    public static ScanState RecordStart => new() { FieldStart = 1 };

    public static ScanState From(CsvState state) => state switch
    {
        CsvState.FieldStart => RecordStart,
        CsvState.AfterCr => new() { FieldStart = 1, AfterCr = 1 },
        CsvState.Quoted => new() { InQuotes = ulong.MaxValue },
        CsvState.QuoteInQuoted => new() { Closed = 1 },
        _ => default,
    };

    /// <summary>The state of the written machine that this stands for; <see cref="CsvState.AfterCr"/> only outside quotes.</summary>
    public readonly CsvState ToState() =>
        InQuotes != 0 ? CsvState.Quoted
        : Closed != 0 ? CsvState.QuoteInQuoted
        : FieldStart == 0 ? CsvState.Unquoted
        : AfterCr != 0 ? CsvState.AfterCr
        : CsvState.FieldStart;
}
