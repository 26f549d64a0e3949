using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Opens a source and finds out its header, before its partitions are planned.</summary>
internal static class LayoutReader
{
    private const int BufferBytes = 16 * 1024;

    public static SourceLayout Open(CsvInputSource source, CsvOptions options, ScanSettings settings, CsvSchema? schema)
    {
        var input = source.Open();
        try
        {
            var layout = Read(input, options, settings, schema);
            if (layout.Binding is { } binding)
            {
                binding.DecimalComma = options.DecimalComma;
            }

            return layout;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private static unsafe SourceLayout Read(CsvInput input, CsvOptions options, ScanSettings settings, CsvSchema? schema)
    {
        Span<byte> start = stackalloc byte[3];
        var bom = input.Length is < 0 or >= 3 && ReadFully(input, start) == 3 && start.SequenceEqual("\uFEFF"u8) ? 3 : 0;
        using var reader = new RecordReader(settings.Kernel, BufferBytes, settings.MaxRecordBytes, TimeProvider.System);
        reader.Start(input, bom, bom + BufferBytes, long.MaxValue);
        while (true)
        {
            if (!TryRead(reader, input, settings))
            {
                // Nothing, or nothing but blank lines.
                return new SourceLayout(input, CsvHeader.None, 0, reader.Origin + reader.Length, 0, schema?.BindByPosition());
            }

            var first = 0;
            var position = reader.FirstStart;
            for (var row = 0; row < reader.Index.RowCount; row++)
            {
                var last = reader.Index.Rows[row];
                var end = reader.Index.Ends[last];
                if (position < end && reader.Buffer[position - 1] == '\r' && reader.Buffer[position] == '\n')
                {
                    position++;
                }

                if (last > first || end > position)
                {
                    return FromFirstRecord(input, options, settings, schema, reader, first, last, position);
                }

                first = last + 1;
                position = end + 1;
            }
        }
    }

    private static unsafe SourceLayout FromFirstRecord(CsvInput input, CsvOptions options, ScanSettings settings, CsvSchema? schema, RecordReader reader, int first, int last, int position)
    {
        var context = new RowContext { Quote = settings.Dialect.Quotes == CsvQuotes.None ? -1 : settings.Dialect.Quote, Origin = reader.Origin };
        var row = context.Point(reader.Buffer, reader.Index.Ends + first, position, last + 1 - first, 0);
        if (!options.HasHeader)
        {
            var made = new CsvHeader([.. Enumerable.Range(0, row.Count).Select(i => $"column{i}")]);
            return new SourceLayout(input, made, row.Count, row.ByteOffset, CountLines(reader, position), schema?.BindByPosition());
        }

        var names = new string[row.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(row[i]);
        }

        var next = reader.Index.Ends[last] + 1;
        if (next < reader.Length && reader.Buffer[next - 1] == '\r' && reader.Buffer[next] == '\n')
        {
            next++;
        }

        next = Math.Min(next, reader.Length);
        Span<byte> behind = stackalloc byte[1];
        if (next == reader.Length && reader.Buffer[next - 1] == '\r' && input.Read(behind, reader.Origin + next) == 1 && behind[0] == '\n')
        {
            next++;
        }

        return new SourceLayout(input, new CsvHeader(names), names.Length, reader.Origin + next, CountLines(reader, next), schema?.Bind(names));
    }

    private static bool TryRead(RecordReader reader, CsvInput input, ScanSettings settings)
    {
        try
        {
            return reader.Read();
        }
        catch (BufferFullException)
        {
            throw new RecordTooLongException(0, reader.Origin).At(input.Name, 0, settings.MaxRecordBytes);
        }
    }

    private static int ReadFully(CsvInput input, Span<byte> target)
    {
        var total = 0;
        while (total < target.Length)
        {
            var count = input.Read(target[total..], total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    private static unsafe long CountLines(RecordReader reader, int to)
    {
        var lines = 0L;
        for (var i = 0; i < to; i++)
        {
            lines += reader.Buffer[i] == '\n' ? 1 : 0;
            lines += reader.Buffer[i] == '\r' && (i + 1 >= to || reader.Buffer[i + 1] != '\n') ? 1 : 0;
        }

        return lines;
    }
}
