using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>The number of rows: no value is selected.</summary>
internal sealed class CountColumn<TRow> : AggregateColumn<TRow, long>
    where TRow : allows ref struct
{
    private long[] _counts = new long[1];

    public override long Bytes => _counts.Length * sizeof(long);

    public override void Resize(int groups)
    {
        if (groups > _counts.Length)
        {
            Array.Resize(ref _counts, groups);
        }
    }

    public override void Add(int group, TRow row) => _counts[group]++;

    public override void AddBatch(ReadOnlySpan<int> groups, ref byte rows)
    {
        var counts = _counts;
        foreach (var group in groups)
        {
            counts[group]++;
        }
    }

    public override void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> groups, ReadOnlySpan<int> map)
    {
        var counts = ((CountColumn<TRow>)from)._counts;
        for (var i = 0; i < map.Length; i++)
        {
            _counts[map[i]] += counts[groups[i]];
        }
    }

    public override bool CanWrite => true;

    public override void Write(int group, IBufferWriter<byte> output) => output.WriteInt64(_counts[group]);

    public override void MergeWritten(int group, ref StateReader reader) => _counts[group] += reader.ReadInt64();

    public override void Clear(int groups) => Array.Clear(_counts, 0, Math.Min(groups, _counts.Length));

    public override long Result(int group) => _counts[group];
}
