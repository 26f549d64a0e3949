namespace Toolkit.DataProcessing;

/// <summary>Stray quotes, and fields that are never closed.</summary>
internal sealed unsafe partial class PartitionScan
{
    private (int Field, string Message) _strayQuote = (-1, "");

    private bool TryEndAtStray()
    {
        var strays = _reader.Index.Strays;
        while (_nextStray < _reader.Index.StrayCount && strays[_nextStray] < NextStart)
        {
            _nextStray++;
        }

        var stop = _rowLimit;
        if (_nextStray < _reader.Index.StrayCount)
        {
            stop = Math.Min(stop, RowAt(strays[_nextStray]));
        }

        stop = Math.Min(stop, NextFlaw());

        // A field that is never closed is in the last record of the input.
        if (_reader.EndsInQuotes && _rowLimit == _reader.Index.RowCount)
        {
            stop = Math.Min(stop, _rowLimit - 1);
        }

        Stop = stop;
        return stop > Row;
    }

    private int RowAt(int position)
    {
        int low = Row, high = _rowLimit;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Ends[Rows[middle]] < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void RejectStray()
    {
        var last = Rows[Row];
        var start = AtRecord(NextStart);
        var row = Context.Point(Buffer, Ends + Next, start, last + 1 - Next, Row);
        var stray = _nextStray < _reader.Index.StrayCount ? _reader.Index.Strays[_nextStray] : int.MaxValue;
        if (stray <= Ends[last])
        {
            var field = 0;
            while (Ends[Next + field] < stray)
            {
                field++;
            }

            MendOrReject(in row, Row, NameOf(field), BadRowReason.StrayQuote, StrayQuote(field));
        }
        else if (NextFlaw() == Row)
        {
            RejectFlaw(in row);
        }
        else
        {
            MendOrReject(in row, Row, "", BadRowReason.UnterminatedQuote, "a field is never closed: the input ends between quotes");
        }

        GoBehind(Row);
    }

    // Stray quotes are mostly in the same column.
    private string StrayQuote(int field)
    {
        if (_strayQuote.Field != field)
        {
            _strayQuote = (field, $"field {field + 1} has a quote where none may be, or text behind its closing quote");
        }

        return _strayQuote.Message;
    }
}
