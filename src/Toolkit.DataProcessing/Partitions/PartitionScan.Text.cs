using System.Text.Unicode;

namespace Toolkit.DataProcessing;

/// <content>NUL bytes and invalid text, looked for where a policy or a check asks: the whole batch at once, its records only where something is found.</content>
internal sealed unsafe partial class PartitionScan
{
    private readonly List<(int Row, BadRowReason Reason, int Position)> _flaws = [];
    private int _nextFlaw;

    private bool IsComment(int start) => _settings.Dialect.Comment is { } comment && !_isMended && _reader.Buffer[start] == comment;

    private void FindFlaws()
    {
        _flaws.Clear();
        _nextFlaw = 0;
        if (_rowLimit == 0 || !(_settings.RejectNul || _settings.RejectInvalidText || _settings.FailInvalidText || _settings.FindText))
        {
            return;
        }

        var start = StartOf(0);
        var bytes = new ReadOnlySpan<byte>(_reader.Buffer + start, _reader.Index.Ends[_reader.Index.Rows[_rowLimit - 1]] - start);
        if (_settings.FailInvalidText && !Utf8.IsValid(bytes))
        {
            var at = start + InvalidAt(bytes);
            throw new InvalidTextException(LinesBefore(at), Context.Origin + at);
        }

        var nul = (_settings.RejectNul || _settings.FindText) && bytes.Contains((byte)0);
        var invalid = (_settings.RejectInvalidText || _settings.FindText) && !Utf8.IsValid(bytes);
        for (var row = 0; row < _rowLimit && (nul || invalid || _settings.FindText); row++)
        {
            FindFlaws(row, nul, invalid);
        }
    }

    private void FindFlaws(int row, bool nul, bool invalid)
    {
        var start = StartOf(row);
        var end = _reader.Index.Ends[_reader.Index.Rows[row]];
        if (_outcome.Text is { } text)
        {
            CountLineEnd(text, row, start, end);
        }

        if (!(nul || invalid) || IsComment(start))
        {
            return;
        }

        var bytes = new ReadOnlySpan<byte>(_reader.Buffer + start, end - start);
        var at = nul ? bytes.IndexOf((byte)0) : -1;
        if (at >= 0 && _settings.RejectNul)
        {
            _flaws.Add((row, BadRowReason.NulByte, start + at));
            return;
        }

        var isInvalid = invalid && !Utf8.IsValid(bytes);
        if (isInvalid && _settings.RejectInvalidText)
        {
            _flaws.Add((row, BadRowReason.InvalidText, start + InvalidAt(bytes)));
            return;
        }

        if (at >= 0)
        {
            Note(_outcome.Text?.NulBytes, row, BadRowReason.NulByte, NulMessage(start + at));
        }

        if (isInvalid)
        {
            Note(_outcome.Text?.InvalidText, row, BadRowReason.InvalidText, InvalidMessage(start + InvalidAt(bytes)));
        }
    }

    /// <summary>The next row with a flaw, from the current one on.</summary>
    private int NextFlaw()
    {
        while (_nextFlaw < _flaws.Count && _flaws[_nextFlaw].Row < Row)
        {
            _nextFlaw++;
        }

        return _nextFlaw < _flaws.Count ? _flaws[_nextFlaw].Row : int.MaxValue;
    }

    private void RejectFlaw(in Utf8Row row)
    {
        var (_, reason, position) = _flaws[_nextFlaw];
        var field = 0;
        while (_reader.Index.Ends[Next + field] < position)
        {
            field++;
        }

        MendOrReject(in row, Row, NameOf(field), reason, reason == BadRowReason.NulByte ? NulMessage(position) : InvalidMessage(position));
    }

    private string NulMessage(int position) => $"byte {_reader.Origin + position} is NUL";

    private string InvalidMessage(int position) => $"byte {_reader.Origin + position} is no UTF-8";

    /// <summary>The position of the first byte that is no UTF-8.</summary>
    internal static int InvalidAt(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }

    // Mixed line ends are no fault of a record; the first record with each kind is enough to tell where they are.
    private void CountLineEnd(TextFindings text, int row, int start, int end)
    {
        if (end >= _reader.Length)
        {
            return;
        }

        var isFeed = _reader.Buffer[end] == (byte)'\n';
        var kind = isFeed ? text.LineFeeds : IsFeed(end + 1) ? text.CarriageReturnLineFeeds : text.CarriageReturns;
        Note(kind, row, BadRowReason.LineEnd, isFeed ? "the line ends with LF" : ReferenceEquals(kind, text.CarriageReturns) ? "the line ends with CR" : "the line ends with CRLF");
    }

    private bool IsFeed(int position)
    {
        if (position < _reader.Length)
        {
            return _reader.Buffer[position] == (byte)'\n';
        }

        Span<byte> behind = stackalloc byte[1];
        return _layout.Input.Read(behind, _reader.Origin + position) == 1 && behind[0] == (byte)'\n';
    }

    private void Note(TextFinding? finding, int row, BadRowReason reason, string message)
    {
        if (finding is null || finding.Count++ > 0)
        {
            return;
        }

        var start = StartOf(row);
        var bytes = new ReadOnlySpan<byte>(_reader.Buffer + start, _reader.Index.Ends[_reader.Index.Rows[row]] - start);
        finding.First = new BadRow(_layout.Name, LinesBefore(start), _reader.Origin + start, "", reason, message, bytes.ToArray());
    }
}
