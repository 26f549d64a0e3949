using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>CSV files.</summary>
internal sealed class CsvOutputFormat(CsvWriteOptions options) : OutputFormat
{
    private readonly CsvFieldStyle _style = new(options);

    public override string Extension => ".csv";

    public override bool CanReopen => true;

    public override OutputChunk CreateChunk(IReadOnlyList<CsvColumn> columns, bool[]? skip) => new CsvChunk(_style, skip);

    public override OutputFile OpenFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, bool isNew)
    {
        if (isNew)
        {
            stream.Write(Beginning(columns, skip));
        }

        return new TextOutputFile(stream);
    }

    private ReadOnlySpan<byte> Beginning(IReadOnlyList<CsvColumn> columns, bool[]? skip)
    {
        var buffer = new ByteBuffer();
        if (options.ByteOrderMark)
        {
            buffer.Append("\uFEFF"u8);
        }

        if (options.Header)
        {
            var writer = new CsvFieldWriter(buffer, _style, skip);
            foreach (var column in columns)
            {
                // A name that is empty is written as any other text.
                writer.WriteUtf8(Encoding.UTF8.GetBytes(column.Name));
            }

            writer.EndRecord();
        }

        return buffer.Span;
    }
}
