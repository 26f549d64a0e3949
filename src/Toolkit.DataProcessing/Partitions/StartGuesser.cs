namespace Toolkit.DataProcessing;

/// <summary>
/// Finds where the first record behind a boundary starts. From a known state that is exact; from none it is a guess: of the
/// two readings (the boundary is outside quotes, it is between quotes) the one under which the bytes behind it make the
/// better records. A wrong guess costs a second run of the partition, never a wrong result.
/// </summary>
internal sealed class StartGuesser(CsvDialect dialect)
{
    private const int WindowBytes = 16 * 1024;
    private const int FewBytes = 2 * 1024;
    private const int FaultsThatTell = 4;

    private readonly CsvStateMachine _machine = new(dialect);
    private readonly bool _quotes = dialect.Quotes != CsvQuotes.None;
    private readonly byte _quote = (byte)dialect.Quote;
    private readonly byte _delimiter = (byte)dialect.Delimiter;
    private readonly byte[] _window = new byte[WindowBytes + 1];

    /// <summary>A guess without a known state.</summary>
    /// <returns>The offset of a record's first byte, at or behind <paramref name="boundary"/>; -1 where the window has none.</returns>
    public long Guess(SourceLayout layout, long boundary)
    {
        var count = Fill(layout.Input, boundary - 1);
        if (count <= 1)
        {
            return -1;
        }

        var window = _window.AsSpan(0, count);
        var outside = Outside(window[0]);
        if (_quotes && window.Contains(_quote) && IsInside(window, outside, layout.FieldCount))
        {
            outside = CsvState.Quoted;
        }

        var at = FirstRecord(window, outside);
        return at < 0 ? -1 : boundary - 1 + at;
    }

    // Mostly a few records tell: the machine takes a byte at a time.
    private bool IsInside(ReadOnlySpan<byte> window, CsvState outside, int fieldCount)
    {
        var few = window[..Math.Min(window.Length, FewBytes)];
        var difference = Faults(few, outside, fieldCount) - Faults(few, CsvState.Quoted, fieldCount);
        return Math.Abs(difference) >= FaultsThatTell ? difference > 0
            : Faults(window, CsvState.Quoted, fieldCount) < Faults(window, outside, fieldCount);
    }

    /// <summary>The start of the first record at or behind <paramref name="boundary"/>, given the machine's state there.</summary>
    /// <returns>Its offset; the length of the input where there is none.</returns>
    public long Find(CsvInput input, long boundary, CsvState state)
    {
        var offset = boundary - 1;
        var first = true;
        while (true)
        {
            var count = Fill(input, offset);
            if (count <= 1)
            {
                return offset + count;
            }

            var window = _window.AsSpan(0, count);
            if (first && state == CsvState.FieldStart && window[0] is (byte)'\n')
            {
                return boundary;
            }

            first = false;
            var at = Walk(window, ref state);
            if (at >= 0)
            {
                return offset + at;
            }

            offset += count - 1;
        }
    }

    private CsvState Outside(byte before) =>
        before == _delimiter || before == (byte)'\n' ? CsvState.FieldStart
        : before == (byte)'\r' ? CsvState.AfterCr
        : _quotes && before == _quote ? CsvState.QuoteInQuoted
        : CsvState.Unquoted;

    private int FirstRecord(ReadOnlySpan<byte> window, CsvState state) =>
        state == CsvState.FieldStart && window[0] == (byte)'\n' ? 1 : Walk(window, ref state);

    // The first byte of the window lies before the boundary, and is not stepped over: the state is the one behind it.
    private int Walk(ReadOnlySpan<byte> window, ref CsvState state)
    {
        for (var i = 1; i < window.Length; i++)
        {
            if (state == CsvState.AfterCr)
            {
                return window[i] == (byte)'\n' ? i + 1 : i;
            }

            _ = _machine.Step(ref state, window[i]);
            if (state == CsvState.FieldStart && window[i] == (byte)'\n')
            {
                return i + 1;
            }
        }

        return -1;
    }

    // Stray quotes, and records with another number of fields than the header.
    private int Faults(ReadOnlySpan<byte> window, CsvState state, int fieldCount)
    {
        var faults = 0;
        var fields = int.MinValue;
        foreach (var value in window[1..])
        {
            var what = _machine.Step(ref state, value);
            faults += (what & CsvEvent.Stray) != 0 ? 1 : 0;
            if (what == CsvEvent.FieldEnd)
            {
                fields++;
            }
            else if (what == CsvEvent.RecordEnd)
            {
                faults += fields >= 0 && fields + 1 != fieldCount ? 1 : 0;
                fields = 0;
            }
        }

        // A reading under which no record ends is not a good one.
        return fields < 0 ? faults + 1 : faults;
    }

    private int Fill(CsvInput input, long offset)
    {
        var total = 0;
        while (total < _window.Length)
        {
            var count = input.Read(_window.AsSpan(total), offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
