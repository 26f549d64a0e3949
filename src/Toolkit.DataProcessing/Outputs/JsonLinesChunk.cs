namespace Toolkit.DataProcessing;

/// <summary>Records as JSON objects, one a line.</summary>
internal sealed class JsonLinesChunk(byte[][] properties, bool[]? skip, bool omitNulls) : TextChunk
{
    public override void Append<T>(in T value)
    {
        var writer = new JsonFieldWriter(Buffer, properties, skip, omitNulls);
        T.Write(value, ref writer);
        writer.EndRecord();
        Records++;
    }

    public override void Append(in Utf8Row row, ReadOnlySpan<int> columns)
    {
        var writer = new JsonFieldWriter(Buffer, properties, skip, omitNulls);
        foreach (var column in columns)
        {
            if (column >= row.Count || row.GetRaw(column).IsEmpty)
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
