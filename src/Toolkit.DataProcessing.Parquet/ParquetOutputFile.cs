using Parquet;
using Parquet.Schema;

namespace Toolkit.DataProcessing;

/// <summary>
/// A Parquet file: chunks gather until there is a row group. Parquet.Net is asynchronous, the files of a run are written by its
/// own worker threads to streams that complete at once: waiting here blocks none of the pool's threads.
/// </summary>
internal sealed class ParquetOutputFile : OutputFile
{
    private readonly SuspendableStream _stream;
    private readonly ParquetColumn[] _columns;
    private readonly ParquetWriteOptions _options;
    private readonly ParquetSchema _schema;
    private ParquetWriter? _writer;

    /// <summary>A new file, or one to go on with.</summary>
    /// <param name="output">At its end.</param>
    /// <param name="columns">Empty.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="footer">Of a file to go on with what <see cref="Suspend"/> gave; empty for a new one.</param>
    public ParquetOutputFile(Stream output, ParquetColumn[] columns, ParquetWriteOptions options, ReadOnlyMemory<byte> footer)
    {
        _stream = new SuspendableStream(output, footer.IsEmpty ? 0 : output.Length, footer);
        _columns = columns;
        _options = options;
        _schema = new ParquetSchema([.. columns.Select(column => column.Field)]);
    }

    public override long MemoryBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var column in _columns)
            {
                bytes += column.MemoryBytes;
            }

            return bytes;
        }
    }

    public override long GatheredBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var column in _columns)
            {
                bytes += column.ValueBytes;
            }

            return bytes;
        }
    }

    public override void Append(OutputChunk chunk)
    {
        var i = 0;
        foreach (var column in ((ParquetChunk)chunk).Columns)
        {
            if (column is not null)
            {
                _columns[i++].AddRange(column);
            }
        }

        if (_columns[0].Count >= _options.RowGroupRecords)
        {
            WriteRowGroup();
        }
    }

    public override void Flush()
    {
        WriteAll();
        _stream.Flush();
    }

    public override ReadOnlyMemory<byte> Suspend()
    {
        WriteAll();
        if (_writer is not null)
        {
            // The next writer reads it.
            _stream.BeginFooter();
            EndWriter();
            _stream.EndFooter();
        }

        _stream.Flush();
        return _stream.Footer;
    }

    public override void Complete()
    {
        WriteAll();
        Writer();
        EndWriter();
        _stream.Dispose();
    }

    protected override void Dispose(bool disposing) => _stream.Dispose();

    private void WriteAll()
    {
        if (_columns[0].Count > 0)
        {
            WriteRowGroup();
        }

        foreach (var column in _columns)
        {
            column.Release();
        }
    }

    private void WriteRowGroup()
    {
        WriteRowGroupAsync().GetAwaiter().GetResult();
        foreach (var column in _columns)
        {
            column.Clear();
        }
    }

    private async Task WriteRowGroupAsync()
    {
        using var group = Writer().CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.WriteAsync(group).ConfigureAwait(false);
        }

        group.CompleteValidate();
    }

    private ParquetWriter Writer() => _writer ??= ParquetWriter.CreateAsync(_schema, _stream, new ParquetOptions
    {
        CompressionMethod = _options.Compression,
        CompressionLevel = _options.CompressionLevel,
    }, append: !_stream.Footer.IsEmpty).GetAwaiter().GetResult();

    private void EndWriter()
    {
        _writer!.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _writer = null;
    }
}
