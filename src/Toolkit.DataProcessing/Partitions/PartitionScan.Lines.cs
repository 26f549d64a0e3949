using System.Numerics;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

/// <content>The lines of bad records, counted only where there are any.</content>
internal sealed unsafe partial class PartitionScan
{
    private int _lineMark;
    private long _linesAtMark;
    private long _linesAtStart;
    private bool _hasLineMark;
    private bool _isLinePerRow;

    /// <summary>The line ends between the partition's start and a record of the current batch.</summary>
    private long LineOf(in Utf8Row row)
    {
        MarkLines();
        if (_isLinePerRow)
        {
            return _linesAtStart + row.RecordIndex - Context.FirstRecord;
        }

        _reader.MarkLines();
        return LinesBefore(StartOf(in row));
    }

    // Line ends between the partition's start and a position of the buffer. Positions only go up within a batch.
    private long LinesBefore(int position)
    {
        MarkLines();
        if (position < _lineMark)
        {
            return _linesAtMark - CountLines(position, _lineMark);
        }

        if (_reader.TryGetLineMark(position, out var mark, out var lines) && mark > _lineMark)
        {
            (_lineMark, _linesAtMark) = (mark, lines);
        }

        _linesAtMark += CountLines(_lineMark, position);
        _lineMark = position;
        return _linesAtMark;
    }

    // The kernel has counted what it indexed: only the record that was incomplete at either end of the batch is counted again.
    // Where there are as many lines as records, none has more than one, and nothing else needs to be counted; unless the input
    // may have ended without a line end.
    private void MarkLines()
    {
        if (_hasLineMark)
        {
            return;
        }

        var first = _reader.FirstStart;
        _linesAtStart = first <= _reader.ScannedBefore ? _reader.LinesBefore - CountLines(first, _reader.ScannedBefore) : _reader.LinesBefore + CountLines(_reader.ScannedBefore, first);
        _lineMark = first;
        _linesAtMark = _linesAtStart;
        _hasLineMark = true;
        var rows = _reader.Index.RowCount;
        var end = rows == 0 ? first : Math.Min(_reader.Index.Ends[_reader.Index.Rows[rows - 1]] + 1, _reader.Length);
        _isLinePerRow = !_reader.Ended && end <= _reader.Scanned && _reader.Lines - CountLines(end, _reader.Scanned) - _linesAtStart == rows;
    }

    private long CountLines(int from, int to)
    {
        var bytes = new ReadOnlySpan<byte>(_reader.Buffer + from, to - from);
        if (!HasCarriageReturns)
        {
            return bytes.Count((byte)'\n');
        }

        // A CR counts, and a LF without one before it; the byte behind the last one is of no account: CR LF is one line end.
        var lines = 0L;
        var i = from;
        for (; i <= to - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var here = Vector128.Load(_reader.Buffer + i);
            var before = Vector128.Load(_reader.Buffer + i - 1);
            var returns = Vector128.Equals(here, Vector128.Create((byte)'\r'));
            var feeds = Vector128.AndNot(Vector128.Equals(here, Vector128.Create((byte)'\n')), Vector128.Equals(before, Vector128.Create((byte)'\r')));
            lines += BitOperations.PopCount((returns | feeds).ExtractMostSignificantBits());
        }

        for (; i < to; i++)
        {
            lines += _reader.Buffer[i] == '\r' || (_reader.Buffer[i] == '\n' && _reader.Buffer[i - 1] != '\r') ? 1 : 0;
        }

        return lines;
    }
}
