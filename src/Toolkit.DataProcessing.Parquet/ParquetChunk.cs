namespace Toolkit.DataProcessing;

/// <summary>Records as columns.</summary>
internal sealed class ParquetChunk(ParquetColumn?[] columns) : OutputChunk
{
    /// <summary>The columns that are written, in order; null for those that are left out.</summary>
    public ParquetColumn?[] Columns => columns;

    public override long MemoryBytes => columns.Sum(column => column?.MemoryBytes ?? 0);

    public override void Append<T>(in T value)
    {
        var writer = new ParquetFieldWriter(columns);
        T.Write(value, ref writer);
        Records++;
    }

    public override void Append(in Utf8Row row, ReadOnlySpan<int> positions)
    {
        var writer = new ParquetFieldWriter(columns);
        foreach (var position in positions)
        {
            if (position >= row.Count || row.GetRaw(position).IsEmpty)
            {
                writer.WriteNull();
            }
            else
            {
                writer.WriteUtf8(row[position]);
            }
        }

        Records++;
    }

    public override void Clear()
    {
        foreach (var column in columns)
        {
            column?.Clear();
        }

        Records = 0;
    }
}
