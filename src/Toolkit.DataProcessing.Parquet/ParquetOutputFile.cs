using Parquet;
using Parquet.Schema;

namespace Toolkit.DataProcessing;

/// <summary>
/// A Parquet file: chunks gather until there is a row group. Parquet.Net is asynchronous, the files of a run are written by its
/// own worker threads to streams that complete at once: waiting here blocks none of the pool's threads.
/// </summary>
internal sealed class ParquetOutputFile : OutputFile
{
    private readonly Stream _stream;
    private readonly ParquetColumn[] _columns;
    private readonly ParquetWriteOptions _options;
    private readonly ParquetSchema _schema;
    private ParquetWriter? _writer;

    public ParquetOutputFile(Stream stream, ParquetColumn[] columns, ParquetWriteOptions options)
    {
        _stream = stream;
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
        if (_columns[0].Count > 0)
        {
            WriteRowGroup();
        }

        foreach (var column in _columns)
        {
            column.Release();
        }

        _stream.Flush();
    }

    public override void Complete()
    {
        if (_columns[0].Count > 0)
        {
            WriteRowGroup();
        }

        Writer().DisposeAsync().AsTask().GetAwaiter().GetResult();
        _writer = null;
        _stream.Dispose();
        foreach (var column in _columns)
        {
            column.Release();
        }
    }

    protected override void Dispose(bool disposing) => _stream.Dispose();

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
    }).GetAwaiter().GetResult();
}
