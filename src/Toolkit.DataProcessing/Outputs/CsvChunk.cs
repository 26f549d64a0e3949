namespace Toolkit.DataProcessing;

/// <summary>Records as CSV.</summary>
internal sealed class CsvChunk(CsvFieldStyle style, bool[]? skip) : TextChunk
{
    public override void Append<T>(in T value)
    {
        var writer = new CsvFieldWriter(Buffer, style, skip);
        T.Write(value, ref writer);
        writer.EndRecord();
        Records++;
    }

    public override void Append(in Utf8Row row, ReadOnlySpan<int> columns)
    {
        var writer = new CsvFieldWriter(Buffer, style, skip);
        foreach (var column in columns)
        {
            if (column >= row.Count || (row.GetRaw(column).IsEmpty))
            {
                writer.WriteNull();
            }
            else
            {
                writer.WriteUtf8(row[column]);
            }
        }

        writer.EndRecord();
        Records++;
    }
}
