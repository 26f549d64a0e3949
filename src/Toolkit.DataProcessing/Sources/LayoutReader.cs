using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Opens a source and finds out its header, before its partitions are planned.</summary>
internal static class LayoutReader
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Opens a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="options">What its bytes mean.</param>
    /// <param name="settings">How it is scanned.</param>
    /// <param name="schema">The columns that the job parses, or null.</param>
    /// <param name="first">The names of the first source's columns, where this one's depend on them.</param>
    /// <param name="cancellationToken">Stops waiting for a stream.</param>
    /// <exception cref="CsvHeaderException">The header does not do.</exception>
    public static SourceLayout Open(CsvInputSource source, CsvOptions options, ScanSettings settings, CsvSchema? schema, IReadOnlyList<string>? first = null, CancellationToken cancellationToken = default)
    {
        var input = source.Open(cancellationToken);
        try
        {
            var layout = Read(input, new HeaderNames(options, first), options, settings, schema);
            if (layout.Binding is { } binding)
            {
                binding.DecimalComma = options.DecimalComma;
            }

            return layout;
        }
        catch (CsvHeaderException exception)
        {
            input.Dispose();
            throw new CsvHeaderException($"{source.Name}: {exception.Message}", exception);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Whether the columns of later inputs depend on the first one's.</summary>
    public static bool NeedsFirst(CsvOptions options) => options.ColumnMatching != ColumnMatching.ByName || options.MissingColumns == MissingColumns.Empty;

    /// <summary>The names of a source's columns.</summary>
    public static IReadOnlyList<string> Names(CsvInputSource source, CsvOptions options, ScanSettings settings)
    {
        using var layout = Open(source, options, settings, null);
        return layout.Header.Names;
    }

    private static unsafe SourceLayout Read(CsvInput input, HeaderNames names, CsvOptions options, ScanSettings settings, CsvSchema? schema)
    {
        Span<byte> mark = stackalloc byte[3];
        long from = input.Length is < 0 or >= 3 && ReadFully(input, mark) == 3 && mark.SequenceEqual("\uFEFF"u8) ? 3 : 0;
        from = SkipLines(input, from, options.SkipLines);
        using var reader = new RecordReader(settings.Kernel, BufferBytes, settings.MaxRecordBytes, TimeProvider.System);
        reader.Start(input, from, from + BufferBytes, long.MaxValue);
        while (true)
        {
            if (!TryRead(reader, input, settings))
            {
                // Nothing, or nothing but blank lines and comments.
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

                if (last > first || (end > position && reader.Buffer[position] != options.Dialect.Comment))
                {
                    return FromFirstRecord(input, names, options, settings, schema, reader, first, last, position);
                }

                first = last + 1;
                position = end + 1;
            }
        }
    }

    private static unsafe SourceLayout FromFirstRecord(CsvInput input, HeaderNames names, CsvOptions options, ScanSettings settings, CsvSchema? schema, RecordReader reader, int first, int last, int position)
    {
        var context = new RowContext { Quote = settings.Dialect.Quotes == CsvQuotes.None ? -1 : settings.Dialect.Quote, Origin = reader.Origin };
        var row = context.Point(reader.Buffer, reader.Index.Ends + first, position, last + 1 - first, 0);
        var count = options.IgnoreTrailingDelimiter && row.Count > 1 && row.GetRaw(row.Count - 1).IsEmpty ? row.Count - 1 : row.Count;
        if (options.HasHeader && settings.FailInvalidText && !System.Text.Unicode.Utf8.IsValid(row.Raw))
        {
            throw new InvalidTextException(LinesBefore(reader, position), row.ByteOffset + PartitionScan.InvalidAt(row.Raw)).At(input.Name, options.SkipLines);
        }

        if (!options.HasHeader)
        {
            var made = names.Made(count);
            return new SourceLayout(input, made, made.Names.Count, row.ByteOffset, options.SkipLines + LinesBefore(reader, position), options.ColumnNames is null ? schema?.BindByPosition() : names.Bind(schema, made));
        }

        var read = new string[count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = Encoding.UTF8.GetString(row[i]);
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

        var header = names.Of(read);
        return new SourceLayout(input, header, header.Names.Count, reader.Origin + next, options.SkipLines + LinesBefore(reader, next), names.Bind(schema, header));
    }

    // Lines as an editor counts them, whatever is in them.
    private static long SkipLines(CsvInput input, long from, int lines)
    {
        var buffer = new byte[lines > 0 ? BufferBytes : 0];
        var afterCr = false;
        while (lines > 0 || afterCr)
        {
            var count = input.Read(buffer, from);
            if (count == 0)
            {
                break;
            }

            for (var i = 0; i < count && (lines > 0 || afterCr); i++)
            {
                // The LF of a CRLF belongs to the line before.
                if (lines == 0 && buffer[i] != '\n')
                {
                    return from;
                }

                lines -= buffer[i] == '\r' || (buffer[i] == '\n' && !afterCr) ? 1 : 0;
                afterCr = buffer[i] == '\r';
                from++;
            }
        }

        return from;
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

    // The line ends from where the reader began up to a position of its buffer.
    private static unsafe long LinesBefore(RecordReader reader, int position)
    {
        var lines = reader.Lines;
        for (var i = position; i < reader.Scanned; i++)
        {
            lines -= reader.Buffer[i] == '\r' || (reader.Buffer[i] == '\n' && reader.Buffer[i - 1] != '\r') ? 1 : 0;
        }

        return lines;
    }
}
