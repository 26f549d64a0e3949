using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// What one partition of the input gives to the output: one chunk, or in a Hive layout one for each folder. Filled by one
/// worker, written in the order of the input, then used again.
/// </summary>
internal sealed class OutputBatch
{
    private readonly OutputShape _shape;
    private readonly OutputChunk? _single;
    private readonly Dictionary<byte[], KeyedChunk> _byKey = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], KeyedChunk>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly ByteBuffer[] _values;
    private readonly ByteBuffer _key = new();

    public OutputBatch(OutputShape shape)
    {
        _shape = shape;
        _lookup = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
        _values = new ByteBuffer[shape.KeyNames.Count];
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = new ByteBuffer();
        }

        _single = _values.Length == 0 ? shape.CreateChunk() : null;
    }

    /// <summary>The chunks, each with the values of its folder; in the order in which the folders came up.</summary>
    public List<KeyedChunk> Chunks { get; } = [];

    public long Records { get; private set; }

    public long MemoryBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var chunk in Chunks)
            {
                bytes += chunk.Chunk.MemoryBytes;
            }

            return bytes;
        }
    }

    public void Append<T>(in T value)
        where T : ICsvRecord<T>
    {
        var chunk = _single;
        if (chunk is null)
        {
            ClearValues();
            var writer = new HiveKeyWriter(_values, _shape.KeyPlaces);
            T.Write(value, ref writer);
            chunk = Find();
        }
        else if (Records == 0)
        {
            Chunks.Add(new KeyedChunk([], chunk));
        }

        chunk.Append(value);
        Records++;
    }

    public void Append(in Utf8Row row, ReadOnlySpan<int> columns)
    {
        var chunk = _single;
        if (chunk is null)
        {
            ClearValues();
            for (var i = 0; i < columns.Length; i++)
            {
                if (_shape.KeyPlaces[i] is >= 0 and var place && columns[i] < row.Count)
                {
                    _values[place].Append(row[columns[i]]);
                }
            }

            chunk = Find();
        }
        else if (Records == 0)
        {
            Chunks.Add(new KeyedChunk([], chunk));
        }

        chunk.Append(row, columns);
        Records++;
    }

    /// <summary>Drops the records and keeps the memory of the folders that there were.</summary>
    public void Clear()
    {
        // Folders of this partition often come up in the next one; very many are not worth keeping.
        const int MostKept = 256;
        foreach (var chunk in Chunks)
        {
            chunk.Chunk.Clear();
        }

        Chunks.Clear();
        Records = 0;
        if (_byKey.Count > MostKept)
        {
            _byKey.Clear();
        }
    }

    private void ClearValues()
    {
        foreach (var value in _values)
        {
            value.Clear();
        }
    }

    private OutputChunk Find()
    {
        _key.Clear();
        foreach (var value in _values)
        {
            _key.Append(value.Span);
            // No value of UTF-8 holds it, so that two values can't run into one another.
            _key.Append(0xFF);
        }

        if (!_lookup.TryGetValue(_key.Span, out var found))
        {
            found = new KeyedChunk(Array.ConvertAll(_values, value => Encoding.UTF8.GetString(value.Span)), _shape.CreateChunk());
            _lookup[_key.Span] = found;
        }

        if (found.Chunk.Records == 0)
        {
            Chunks.Add(found);
        }

        return found.Chunk;
    }
}

/// <summary>A chunk and the values of the columns that name its folder.</summary>
internal sealed record KeyedChunk(IReadOnlyList<string> Values, OutputChunk Chunk);
