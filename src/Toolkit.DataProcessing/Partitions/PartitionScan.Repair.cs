namespace Toolkit.DataProcessing;

/// <content>Mending bad records. A mended record is a stretch of its own, from memory of its own, between two of the reader's.</content>
internal sealed unsafe partial class PartitionScan
{
    private MendedRecord? _mended;
    private bool _mendPending;
    private bool _isMended;
    private (int Row, int Next, int NextStart, long Origin, long FirstRecord, bool MayEscape) _saved;
    private (int Count, int Wanted, string Message) _wrongCount = (0, 0, "");

    // A field that can't be parsed is found out while the row is in the job's hands: its mended record is read on the side.
    private MendedRecord? _mendedField;
    private RowContext? _mendedContext;

    /// <summary>Offers a record whose field can't be parsed to the repair hook, or rejects it.</summary>
    /// <returns>Whether there is a mended record.</returns>
    public bool TryMendField(scoped in Utf8Row row, scoped in CsvFieldError error, out Utf8Row mended)
    {
        mended = default;
        if (_isMended || _settings.Repair is null)
        {
            Reject(in row, in error);
            return false;
        }

        var bad = Describe(in row, Binding!.Schema.Columns[error.Column].Name, BadRowReason.Field, error.Describe(in row, Binding)) with { Field = Binding.Positions[error.Column] };
        if (!TryMend(_mendedField ??= new MendedRecord(), bad, StartOf(in row)))
        {
            return false;
        }

        _outcome.Repaired++;
        _mendedContext ??= new RowContext { Quote = Context.Quote };
        _mendedContext.Scratch.Reset();
        _mendedContext.Header = Context.Header;
        _mendedContext.Origin = row.ByteOffset;
        _mendedContext.FirstRecord = row.RecordIndex;
        mended = _mendedContext.Point(_mendedField.Bytes, _mendedField.Ends, 0, Accept(_mendedField.Count, _mendedField.LastIsEmpty), 0);
        return true;
    }

    /// <summary>The record that <see cref="TryMendField"/> gave can't be parsed either.</summary>
    public void RejectMendedField(string message)
    {
        _outcome.Repaired--;
        Keep(_mendedField!.Original!, _mendedField.OriginalStart, Both(_mendedField.Original!, message));
    }

    private static string Both(BadRow original, string message) => $"{original.Message}; and in the mended record, {message}";

    private int StartOf(in Utf8Row row) => (int)(row.ByteOffset - Context.Origin);

    private BadRow Describe(in Utf8Row row, string column, BadRowReason reason, string message) =>
        new(_layout.Name, 0, row.ByteOffset, column, reason, message, row.Raw.ToArray());

    /// <summary>Mends a record, or rejects it.</summary>
    /// <returns>Whether there is a mended one, which is the next stretch.</returns>
    private bool MendOrReject(in Utf8Row row, int ordinal, string column, BadRowReason reason, string message)
    {
        if (_settings.Repair is null)
        {
            Reject(in row, column, reason, message);
            return false;
        }

        if (_isMended)
        {
            RejectMended(message);
            return false;
        }

        if (!TryMend(_mended ??= new MendedRecord(), Describe(in row, column, reason, message), StartOf(in row)))
        {
            return false;
        }

        _mended.Ordinal = ordinal;
        _mendPending = true;
        return true;
    }

    // Whatever the hook gives must be one record that the source could have had.
    private bool TryMend(MendedRecord target, BadRow bad, int start)
    {
        if (_settings.Repair!(bad) is not { } bytes)
        {
            Keep(bad, start, bad.Message);
            return false;
        }

        var fault = target.Set(bytes.Span, _settings.Dialect);
        if (fault is null && bytes.Length > MaxRecordBytes)
        {
            fault = $"there are {bytes.Length} bytes, more than the {MaxRecordBytes} of {nameof(RunOptions.MaxRecordBytes)}";
        }

        if (fault is null && Accept(target.Count, target.LastIsEmpty) == 0)
        {
            fault = WrongCount(target.Count);
        }

        if (fault is not null)
        {
            Keep(bad, start, Both(bad, fault));
            return false;
        }

        target.Original = bad;
        target.OriginalStart = start;
        return true;
    }

    private void EnterMended()
    {
        _saved = (Row, Next, NextStart, Context.Origin, Context.FirstRecord, Context.MayEscape);
        _mendPending = false;
        _isMended = true;
        _outcome.Repaired++;
        Context.FirstRecord += _mended!.Ordinal;
        Context.Origin = _mended.Original!.ByteOffset;
        Context.MayEscape = true;
        Row = Next = NextStart = 0;
        Stop = 1;
    }

    private void LeaveMended()
    {
        _isMended = false;
        (Row, Next, NextStart, Context.Origin, Context.FirstRecord, Context.MayEscape) = _saved;
    }

    private void RejectMended(string message)
    {
        _outcome.Repaired--;
        Keep(_mended!.Original!, _mended.OriginalStart, Both(_mended.Original!, message));
    }

    private void Keep(BadRow bad, int start, string message)
    {
        _outcome.BadCount++;
        if (_outcome.Rejected is { } rejected)
        {
            rejected.Add(LinesBefore(start), bad.ByteOffset, bad.Column, bad.Reason, message, bad.Raw.Span);
        }
        else if (_settings.KeptBadRows > _outcome.BadRows.Count)
        {
            _outcome.BadRows.Add(bad with { Line = LinesBefore(start), Message = message });
        }
    }

    /// <summary>The number of fields that the job sees of a record with <paramref name="count"/>; 0 where it is a bad one.</summary>
    private int Accept(int count, bool lastIsEmpty)
    {
        var wanted = _layout.FieldCount;
        if (count == wanted)
        {
            return count;
        }

        if (count == wanted + 1 && lastIsEmpty && _settings.IgnoreTrailingDelimiter)
        {
            return wanted;
        }

        return _settings.RaggedRows switch
        {
            RaggedRows.Keep => count,
            RaggedRows.Pad or RaggedRows.Fit when count < wanted => count,
            RaggedRows.Truncate or RaggedRows.Fit when count > wanted => wanted,
            _ => 0,
        };
    }

    // Records of a wrong length are mostly of the same one.
    private string WrongCount(int count)
    {
        if (_wrongCount.Count != count || _wrongCount.Wanted != _layout.FieldCount)
        {
            _wrongCount = (count, _layout.FieldCount, $"the record has {count} field{(count == 1 ? "" : "s")}, the header {_layout.FieldCount}");
        }

        return _wrongCount.Message;
    }

    private int PositionOf(string column)
    {
        for (var i = 0; i < Context.Header.Names.Count; i++)
        {
            if (Context.Header.Names[i] == column)
            {
                return i;
            }
        }

        return 0;
    }

    private string NameOf(int field) => field < Context.Header.Names.Count ? Context.Header.Names[field] : "";
}
