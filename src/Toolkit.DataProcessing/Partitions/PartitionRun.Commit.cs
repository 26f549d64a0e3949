namespace Toolkit.DataProcessing;

/// <summary>The ordered commit: one outcome at a time, whichever worker is there.</summary>
internal sealed partial class PartitionRun<TState>
{
    private readonly long _totalBytes;
    private QuarantineWriter? _quarantine;
    private long _lines;
    private long _bytes;
    private long _records;
    private long _badRecords;
    private long _repaired;
    private long _readTicks;
    private long _indexTicks;
    private long _parseTicks;
    private long _totalTicks;
    private long _mergeTicks;
    private int _runAgain;
    private long _lastProgress;
    private long _scanBytes;
    private long _largestState;
    private long _totalStateBytes;
    private long _peakBytes;

    private void Deposit(WorkItem item, PartitionOutcome outcome)
    {
        lock (_gate)
        {
            _scanBytes = Math.Max(_scanBytes, outcome.ScanBytes);
            _largestState = Math.Max(_largestState, outcome.StateBytes);
            _peakBytes = Math.Max(_peakBytes, _scanBytes * _workers + _totalStateBytes + (_planned - _committed) * _largestState);
            _readTicks += outcome.ReadTicks;
            _indexTicks += outcome.IndexTicks;
            _parseTicks += outcome.ParseTicks;
            _totalTicks += outcome.TotalTicks;
            _waiting[item.Partition.Index] = (item, outcome);
            if (_committing)
            {
                return;
            }

            _committing = true;
        }

        CommitWaiting();
    }

    private void CommitWaiting()
    {
        while (true)
        {
            WorkItem item;
            PartitionOutcome outcome;
            lock (_gate)
            {
                if (_fault is not null || !_waiting.Remove(_committed, out var next))
                {
                    _committing = false;
                    Monitor.PulseAll(_gate);
                    return;
                }

                (item, outcome) = next;
                var start = item.Number == 0 && !item.Continues ? item.Source.Layout.DataStart : _confirmedEnd;
                var wrong = outcome.Start != start || outcome.Abandoned;
                if (wrong)
                {
                    item.Source.Miss();
                }

                if (start < item.Partition.To)
                {
                    item.Source.IndexAfterMisses(item.Number, start);
                }

                if (wrong)
                {
                    if (start < item.Partition.To)
                    {
                        RunAgain(item, start, outcome);
                        return;
                    }

                    // One record covers the whole partition.
                    outcome = new PartitionOutcome { Start = start, End = start };
                }
            }

            Commit(item, outcome);
            if (outcome.HasMore)
            {
                GoOn(item, outcome);
                return;
            }
        }
    }

    // The next part of a partition that is longer than was to be expected.
    private void GoOn(WorkItem item, PartitionOutcome outcome)
    {
        lock (_gate)
        {
            _redo = item with { Kind = WorkKind.Exact, Start = outcome.End, Continues = true };
            _committing = false;
            Monitor.PulseAll(_gate);
        }
    }

    private void RunAgain(WorkItem item, long start, PartitionOutcome outcome)
    {
        _runAgain++;
        DataProcessingDiagnostics.PartitionsRunAgain.Add(1);
        _redo = item with { Kind = WorkKind.Exact, Start = start };
        _committing = false;
        _settings.ReturnRejected(outcome.Rejected);
        if (outcome.State is TState state && _job.TryClear(state))
        {
            _states.Push(state);
        }

        Monitor.PulseAll(_gate);
    }

    private void Commit(WorkItem item, PartitionOutcome outcome)
    {
        var began = _time.GetTimestamp();
        var isFirst = item.Number == 0 && !item.Continues;
        if (isFirst)
        {
            _lines = item.Source.Layout.HeaderLines;
        }

        TakeBadRows(outcome);
        if (outcome.Error is RecordTooLongException tooLong)
        {
            throw tooLong.At(item.Source.Layout.Name, _lines, _options.MaxRecordBytes);
        }

        if (outcome.Error is InvalidTextException invalid)
        {
            throw invalid.At(item.Source.Layout.Name, _lines);
        }

        if (outcome.Error is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(outcome.Error);
        }

        if (outcome.State is TState state)
        {
            _job.Merge(_total, state);
            _totalStateBytes = _job.Measure(_total);
            ReturnState(state);
        }

        if (outcome.Text is { } text)
        {
            _options.OnText?.Invoke(text, _lines);
        }

        _repaired += outcome.Repaired;
        _lines += outcome.Lines;
        _records += outcome.Records;
        var bytes = outcome.End - outcome.Start + (isFirst ? item.Source.Layout.DataStart : 0);
        _bytes += bytes;
        DataProcessingDiagnostics.Bytes.Add(bytes);
        DataProcessingDiagnostics.Records.Add(outcome.Records);
        DataProcessingDiagnostics.BadRecords.Add(outcome.BadCount);
        DataProcessingDiagnostics.Partitions.Add(outcome.HasMore ? 0 : 1);
        _mergeTicks += _time.GetTimestamp() - began;
        if (!outcome.HasMore && item.Number == item.Source.Count - 1)
        {
            item.Source.Layout.Input.RequireUnchanged();
        }

        lock (_gate)
        {
            _confirmedEnd = outcome.End;
            _committed += outcome.HasMore ? 0 : 1;
            if (!outcome.HasMore && item.Number == item.Source.Count - 1)
            {
                item.Source.Close();
            }

            Monitor.PulseAll(_gate);
        }

        CheckShare(final: false);
        if (!outcome.HasMore)
        {
            SaveCheckpoint(item);
        }

        ReportProgress(final: false);
    }

    private void TakeBadRows(PartitionOutcome outcome)
    {
        var written = outcome.BadRows.Count + (outcome.Rejected?.Count ?? 0);
        if (outcome.Rejected is { } rejected)
        {
            TakeRejected(outcome, rejected);
        }

        foreach (var relative in outcome.BadRows)
        {
            var row = relative with { Line = _lines + relative.Line + 1 };
            if (_options.BadRows.Action == BadRowAction.Fail)
            {
                throw new CsvBadRowException(row);
            }

            _quarantine?.Write(row);
            _options.OnBadRow?.Invoke(row);
            if (_badRecords + 1 > _options.BadRows.MaxCount)
            {
                throw TooMany(row.Source, row.Line, row.ByteOffset, row.Message);
            }

            _badRecords++;
        }

        _badRecords += outcome.BadCount - written;
        if (_badRecords > _options.BadRows.MaxCount)
        {
            throw new CsvBadRowException($"There are more than {_options.BadRows.MaxCount} bad records.");
        }
    }

    private void TakeRejected(PartitionOutcome outcome, RejectedRecords rejected)
    {
        var allowed = _options.BadRows.MaxCount - _badRecords;
        var count = (int)Math.Min(rejected.Count, allowed == long.MaxValue ? allowed : allowed + 1);
        _quarantine!.Write(rejected, count, outcome.Source, _lines);
        if (count > allowed)
        {
            var (line, byteOffset, message) = rejected.Tell(count - 1);
            throw TooMany(outcome.Source, _lines + line + 1, byteOffset, message);
        }

        _badRecords += count;
        outcome.Rejected = null;
        _settings.ReturnRejected(rejected);
    }

    private CsvBadRowException TooMany(string source, long line, long byteOffset, string message) =>
        new($"{source}, line {line}, byte {byteOffset}: more than {_options.BadRows.MaxCount} bad records; the last one: {message}");

    // A share of few records means nothing: one bad one of ten is no reason to stop.
    private void CheckShare(bool final)
    {
        const int Enough = 1000;
        if ((final || _records >= Enough) && _badRecords > _options.BadRows.MaxShare * _records)
        {
            throw new CsvBadRowException($"{_badRecords} of {_records} records are bad, more than a share of {_options.BadRows.MaxShare}.");
        }
    }

    private void ReportProgress(bool final)
    {
        if (_options.Progress is not { } progress)
        {
            return;
        }

        var now = _time.GetTimestamp();
        if (final || _time.GetElapsedTime(_lastProgress == 0 ? _startTime : _lastProgress, now) >= _options.ProgressInterval)
        {
            _lastProgress = now;

            // A file may have grown between the question for its length and its opening.
            var total = _totalBytes < 0 ? _totalBytes : Math.Max(_totalBytes, _bytes);
            progress.Report(new RunProgress(_bytes, total, _records, _badRecords, _committed, _time.GetElapsedTime(_startTime, now)));
        }
    }

    private RunReport Report() => new()
    {
        Sources = _firstSource + _sources.Count,
        Bytes = _bytes,
        Records = _records,
        BadRecords = _badRecords,
        RepairedRecords = _repaired,
        Partitions = _committed,
        PartitionsRunAgain = _runAgain,
        IndexedSources = _sources.Count(source => source.IsIndexed),
        Workers = _workers,
        Elapsed = _time.GetElapsedTime(_startTime),
        ReadTime = Duration(_readTicks),
        IndexTime = Duration(_indexTicks),
        WorkTime = Duration(Math.Max(0, _totalTicks - _readTicks - _indexTicks)),
        ParseTime = Duration(_parseTicks),
        CallerTime = Duration(Math.Max(0, _totalTicks - _readTicks - _indexTicks - _parseTicks)),
        MergeTime = Duration(_mergeTicks),
        PeakAccountedBytes = Math.Max(_peakBytes, _scanBytes * _workers + _totalStateBytes),
    };

    private TimeSpan Duration(long ticks) => TimeSpan.FromSeconds((double)ticks / _time.TimestampFrequency);
}
