namespace Toolkit.DataProcessing;

/// <summary>
/// Goes through the records of one partition after the other; one worker has one. It hands stretches of plain records to the
/// enumerator of <see cref="CsvRows"/> and deals with everything else itself: the end of the partition, stray quotes, blank
/// lines, records of another length.
/// </summary>
internal sealed unsafe partial class PartitionScan : IDisposable
{
    /// <summary>How far a guess is followed beyond the end of its partition.</summary>
    private const long SpeculativeOverrun = 256 * 1024;

    private readonly ScanSettings _settings;
    private readonly RecordReader _reader;
    private PartitionOutcome _outcome = new();
    private SourceLayout _layout = SourceLayout.Empty;
    private CancellationToken _cancellationToken;
    private long _to;
    private long _hardEnd;
    private int _rowLimit;
    private int _nextStray;
    private bool _lastBatch;
    private bool _finished;
    private bool _inBatch;

    public PartitionScan(ScanSettings settings, TimeProvider time)
    {
        _settings = settings;
        Time = time;
        _reader = new RecordReader(settings.Kernel, settings.BufferBytes, settings.MaxRecordBytes, time);
        Context = new RowContext { Quote = settings.Dialect.Quotes == CsvQuotes.None ? -1 : settings.Dialect.Quote };
    }

    public RowContext Context { get; }

    /// <summary>The clock of the run.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time spent on the values of typed rows since <see cref="TakeTimes"/>, in ticks of the clock.</summary>
    public long ParseTicks { get; set; }

    public CsvBinding? Binding { get; private set; }

    /// <summary>The bytes of the current stretch: the reader's, or those of a mended record.</summary>
    public byte* Buffer => _isMended ? _mended!.Bytes : _reader.Buffer;

    public int* Ends => _isMended ? _mended!.Ends : _reader.Index.Ends;

    public int* Rows => _isMended ? _mended!.Rows : _reader.Index.Rows;

    public bool HasCarriageReturns => _reader.HasCarriageReturns;

    public int MaxRecordBytes => _settings.MaxRecordBytes;

    /// <summary>The number of fields of a record that needs no attention; -1 where each record does.</summary>
    public int PlainFieldCount { get; private set; }

    /// <summary>The row behind the last plain one.</summary>
    public int Stop { get; private set; }

    /// <summary>The next row.</summary>
    public int Row { get; private set; }

    /// <summary>The ordinal of the next row's first field end.</summary>
    public int Next { get; private set; }

    /// <summary>Where the next row starts; the LF of a CRLF may come first.</summary>
    public int NextStart { get; private set; }

    /// <summary>Whether the source has any record.</summary>
    public bool HasRecords => _layout.FieldCount > 0;

    public long MemoryBytes => _reader.MemoryBytes;

    /// <summary>Gets ready for one partition.</summary>
    /// <param name="layout">Its source.</param>
    /// <param name="start">Where its first record starts.</param>
    /// <param name="to">Where the next partition begins.</param>
    /// <param name="speculative">Whether <paramref name="start"/> is a guess.</param>
    /// <param name="outcome">Filled while the rows are gone through.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    public void Begin(SourceLayout layout, long start, long to, bool speculative, PartitionOutcome outcome, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(layout, _layout))
        {
            _layout = layout;
            Binding = layout.Binding?.ForWorker();
            Context.Header = layout.Header;
            PlainFieldCount = layout.FieldCount == 1 ? -1 : layout.FieldCount;
        }

        _outcome = outcome;
        _outcome.Source = layout.Name;
        _outcome.Start = start;
        _outcome.End = start;
        _cancellationToken = cancellationToken;
        _to = to;
        _hardEnd = speculative ? (to > long.MaxValue - SpeculativeOverrun ? long.MaxValue : to + SpeculativeOverrun) : long.MaxValue;
        _finished = start >= to;
        _lastBatch = _inBatch = _hasLineMark = false;
        _isMended = _mendPending = false;
        _flaws.Clear();
        outcome.Text = _settings.FindText ? new TextFindings() : null;
        outcome.Rejected = _settings.QuarantineOnly ? _settings.RentRejected() : null;
        _rowLimit = 0;
        Stop = Row = Next = NextStart = 0;
        Context.FirstRecord = 0;
        if (!_finished)
        {
            _reader.Start(layout.Input, start, to, _hardEnd);
        }
    }

    /// <summary>Goes through whatever the job left: afterwards the outcome has the partition's end.</summary>
    public void Finish()
    {
        foreach (var _ in new CsvRows(this))
        {
        }
    }

    /// <summary>Called at <see cref="Stop"/>: finds the next stretch of plain records.</summary>
    public bool NextSegment(int row, int next, int nextStart)
    {
        if (_isMended)
        {
            LeaveMended();
        }
        else
        {
            Row = row;
            Next = next;
            NextStart = nextStart;
        }

        while (!_finished)
        {
            if (_mendPending)
            {
                EnterMended();
                return true;
            }

            if (_inBatch && Row < _rowLimit)
            {
                if (TryEndAtStray())
                {
                    return true;
                }

                RejectStray();
                continue;
            }

            if (_inBatch)
            {
                Context.FirstRecord += _rowLimit;
                if (_lastBatch)
                {
                    _finished = true;
                    break;
                }
            }

            ReadBatch();
        }

        Stop = Row;
        return false;
    }

    /// <summary>Deals with a record that is not plain.</summary>
    /// <param name="rowBehind">The number of the row behind it.</param>
    /// <param name="first">The ordinal of its first field end.</param>
    /// <param name="start">Where it starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>The number of fields that the job is to see, 0 to leave the record out, or -1 for a mended one, which is the next stretch.</returns>
    public int Attend(int rowBehind, int first, int start, int end)
    {
        var count = Rows[rowBehind - 1] + 1 - first;
        if (count == 1 && (start == end ? _settings.SkipBlankLines || _layout.FieldCount != 1 : IsComment(start)))
        {
            _outcome.Records--;
            return 0;
        }

        if (end - start > MaxRecordBytes)
        {
            throw TooLong(start);
        }

        var accepted = Accept(count, lastIsEmpty: count > 1 && Ends[first + count - 1] == Ends[first + count - 2] + 1);
        if (accepted > 0)
        {
            return accepted;
        }

        var row = Context.Point(Buffer, Ends + first, start, count, rowBehind - 1);
        return MendOrReject(in row, rowBehind - 1, "", BadRowReason.FieldCount, WrongCount(count)) ? -1 : 0;
    }

    /// <summary>Counts a record as bad and keeps what its policy needs.</summary>
    public void Reject(in Utf8Row row, string column, BadRowReason reason, string message) => Reject(in row, column, reason, message, reason == BadRowReason.Field ? PositionOf(column) : 0);

    private void Reject(in Utf8Row row, string column, BadRowReason reason, string message, int field)
    {
        if (_isMended)
        {
            RejectMended(message);
            return;
        }

        _outcome.BadCount++;
        if (_outcome.Rejected is { } rejected)
        {
            rejected.Add(LineOf(in row), row.ByteOffset, column, reason, message, row.Raw);
        }
        else if (_settings.KeptBadRows > _outcome.BadRows.Count)
        {
            _outcome.BadRows.Add(new BadRow(_layout.Name, LineOf(in row), row.ByteOffset, column, reason, message, row.Raw.ToArray()) { Field = field });
        }
    }

    /// <summary>Counts a record as bad because of a field: where only a count is wanted, nothing is said about it.</summary>
    public void Reject(in Utf8Row row, in CsvFieldError error)
    {
        var binding = Binding ?? throw new InvalidOperationException("Only a job with a schema rejects by the columns of one.");
        if (!_isMended && _outcome.Rejected is { } rejected)
        {
            _outcome.BadCount++;
            rejected.Add(LineOf(in row), in row, in error, binding);
        }
        else if (!_isMended && _settings.KeptBadRows <= _outcome.BadRows.Count)
        {
            _outcome.BadCount++;
        }
        else
        {
            Reject(in row, binding.Schema.Columns[error.Column].Name, BadRowReason.Field, error.Describe(in row, binding), binding.Positions[error.Column]);
        }
    }

    /// <summary>Rejects the record that starts at an offset of the source, and goes on behind it.</summary>
    /// <returns>Whether the record is in the current batch.</returns>
    public bool RejectAt(long byteOffset, string column, string message)
    {
        if (_isMended)
        {
            RejectMended(message);
            Row = Stop;
            return true;
        }

        var row = RowAt((int)Math.Clamp(byteOffset - Context.Origin, 0, _reader.Length));
        if (row == _rowLimit || Context.Origin + StartOf(row) != byteOffset)
        {
            return false;
        }

        var first = row == 0 ? 0 : Rows[row - 1] + 1;
        var bad = Context.Point(Buffer, Ends + first, StartOf(row), Rows[row] + 1 - first, row);
        MendOrReject(in bad, row, column, BadRowReason.Field, message);
        GoBehind(row);
        Stop = Row;
        return true;
    }

    /// <summary>Moves the times since the last call into an outcome.</summary>
    public void TakeTimes(PartitionOutcome outcome)
    {
        (outcome.ReadTicks, outcome.IndexTicks) = _reader.TakeTimes();
        outcome.ParseTicks = ParseTicks;
        ParseTicks = 0;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _mended?.Dispose();
        _mendedField?.Dispose();
    }

    private void ReadBatch()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        bool any;
        try
        {
            any = _reader.Read();
        }
        catch (BufferFullException)
        {
            Context.Origin = _reader.Origin;
            throw TooLong(AtRecord(_reader.FirstStart));
        }

        _inBatch = true;
        _hasLineMark = false;
        _nextStray = 0;
        Context.Origin = _reader.Origin;
        Context.MayEscape = _reader.HasEscapes;
        Row = Next = Stop = 0;
        NextStart = _reader.FirstStart;
        _rowLimit = any ? _reader.Index.RowCount : 0;
        _lastBatch = !any;
        if (!any)
        {
            End(_reader.Length);
        }
        else if (Context.Origin + Ends[Rows[_rowLimit - 1]] + 1 >= _to)
        {
            CutAtEnd();
        }

        _outcome.Records += _rowLimit;
        FindFlaws();
    }

    // The batch reaches the partition's end: rows that start behind it belong to the next partition.
    private void CutAtEnd()
    {
        int low = 0, high = _rowLimit;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Context.Origin + StartOf(middle) < _to)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low < _rowLimit)
        {
            End(StartOf(low));
            _rowLimit = low;
        }
        else if (_reader.TryGetNextStart(out var start) && Context.Origin + start >= _to)
        {
            End(start);
        }
    }

    private void End(int position)
    {
        _lastBatch = true;
        _outcome.End = Context.Origin + position;
        _outcome.Lines = LinesBefore(position);
    }

    private void GoBehind(int row)
    {
        Row = row + 1;
        Next = Rows[row] + 1;
        NextStart = Ends[Rows[row]] + 1;
    }

    private int StartOf(int row) => AtRecord(row == 0 ? _reader.FirstStart : Ends[Rows[row - 1]] + 1);

    private int AtRecord(int start) =>
        start < _reader.Length && _reader.Buffer[start - 1] == '\r' && _reader.Buffer[start] == '\n' ? start + 1 : start;

    private RecordTooLongException TooLong(int start) => new(LinesBefore(Math.Min(start, _reader.Length)), Context.Origin + start);
}
