using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// The bad records of one partition as the quarantine shows them: all of a line but its source and the number of the line,
/// which is not known before the partitions before it are done. Made by the workers side by side, without an object for each.
/// </summary>
internal sealed class RejectedRecords
{
    private static readonly string[] s_reasons = Enum.GetNames<BadRowReason>();

    private readonly ByteBuffer _text = new();
    private readonly List<Entry> _entries = [];
    private CsvSchema? _schema;
    private RejectText?[] _texts = [];

    public int Count => _entries.Count;

    /// <summary>The line ends between the partition's start and the record.</summary>
    public long LineOf(int index) => _entries[index].Line;

    /// <summary>What stands behind the number of the line, with the comma before it and the line end.</summary>
    public ReadOnlySpan<byte> TextOf(int index) =>
        _text.Span[(index == 0 ? 0 : _entries[index - 1].End).._entries[index].End];

    public void Add(long line, long byteOffset, string column, BadRowReason reason, string message, ReadOnlySpan<byte> raw)
    {
        var start = Begin(byteOffset, column, reason);
        CsvText.AppendField(_text, message);
        End(line, byteOffset, start, raw);
    }

    /// <summary>Adds a record with a field that can't be parsed.</summary>
    public void Add(long line, in Utf8Row row, in CsvFieldError error, CsvBinding binding)
    {
        if (error.Fault == CsvFieldFault.Invalid && TextFor(error.Column, binding.Schema) is { } text && TryAdd(text, line, in row, row.GetOrEmpty(binding.Positions[error.Column])))
        {
            return;
        }

        var start = Begin(row.ByteOffset, binding.Schema.Columns[error.Column].Name, BadRowReason.Field);
        error.Describe(_text, in row, binding);
        CsvText.QuoteFrom(_text, start);
        End(line, row.ByteOffset, start, row.Raw);
    }

    /// <summary>What an error tells of a record.</summary>
    public (long Line, long ByteOffset, string Message) Tell(int index)
    {
        var entry = _entries[index];
        var message = Encoding.UTF8.GetString(_text.Span[entry.Message..entry.MessageEnd]);
        return (entry.Line, entry.ByteOffset, message is ['"', .. var quoted, '"'] ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal) : message);
    }

    public void Clear()
    {
        _text.Clear();
        _entries.Clear();
    }

    // Nearly all: a short field of plain text, which needs no quotes in the message.
    private bool TryAdd(RejectText text, long line, in Utf8Row row, ReadOnlySpan<byte> field)
    {
        if (!RejectText.IsPlain(field))
        {
            return false;
        }

        var target = _text.Free(text.Length + field.Length);
        var used = text.Write(target, row.ByteOffset, field, out var message);
        var start = _text.Length + message;
        _text.Advance(used);
        End(line, row.ByteOffset, start, row.Raw);
        return true;
    }

    private RejectText? TextFor(int column, CsvSchema schema)
    {
        if (!ReferenceEquals(_schema, schema))
        {
            _schema = schema;
            _texts = [.. schema.Columns.Select(RejectText.TryCreate)];
        }

        return _texts[column];
    }

    private int Begin(long byteOffset, string column, BadRowReason reason)
    {
        _text.Append((byte)',');
        CsvText.AppendNumber(_text, byteOffset);
        _text.Append((byte)',');
        CsvText.AppendField(_text, column);
        _text.Append((byte)',');
        CsvText.Append(_text, s_reasons[(int)reason]);
        _text.Append((byte)',');
        return _text.Length;
    }

    private void End(long line, long byteOffset, int message, ReadOnlySpan<byte> raw)
    {
        var messageEnd = _text.Length;
        _text.Append((byte)',');
        CsvText.AppendField(_text, raw);
        _text.Append((byte)'\n');
        _entries.Add(new Entry(line, byteOffset, message, messageEnd, _text.Length));
    }

    private readonly record struct Entry(long Line, long ByteOffset, int Message, int MessageEnd, int End);
}
