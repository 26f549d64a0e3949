using System.Numerics;

namespace Toolkit.DataProcessing;

/// <summary>
/// Many groups, in parts by the first bits of their keys' hashes. The states of partitions are merged one after the other, in
/// the order of the input, but the parts of one side by side, by the workers that have nothing else to do. A group's states
/// are so added up in the same order whoever is at it: floating-point results are the same to the last bit.
/// </summary>
internal sealed class GroupParts<TRow, TKey>
    where TRow : allows ref struct
{
    // More than workers, so that the last part does not keep them waiting for long; fewer than a byte tells apart.
    private const int PartsPerWorker = 8;
    private const int MostParts = 128;

    private readonly GroupState<TRow, TKey>[] _parts;
    private readonly SharedWork _work;
    private readonly Action<int> _mergePart;
    private readonly int[] _ends;
    private readonly int _shift;
    private GroupState<TRow, TKey>? _later;
    private int[] _groups = [];
    private byte[] _partOfNew = [];
    private byte[] _partOf = [];

    public GroupParts(Func<GroupState<TRow, TKey>> create, SharedWork work)
    {
        var count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(PartsPerWorker * work.Workers, MostParts));
        _parts = [.. Enumerable.Range(0, count).Select(_ => create())];
        _work = work;
        _mergePart = MergePart;
        _ends = new int[count + 1];
        _shift = 64 - BitOperations.Log2((uint)count);
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; private set; }

    /// <summary>The memory of all parts, in bytes.</summary>
    public long Bytes => _parts.Sum(static part => part.Bytes) + _partOf.Length + _partOfNew.Length + ((long)_groups.Length * sizeof(int));

    /// <summary>Takes in the groups of a later partition.</summary>
    public void Merge(GroupState<TRow, TKey> later)
    {
        Split(later.Keys);
        _later = later;
        _work.Run(_parts.Length, _mergePart);
        _later = null;
        Place(_partOfNew.AsSpan(0, later.Keys.Count));
    }

    /// <summary>All groups in the order of their first appearance, each as a state and its number there.</summary>
    public IEnumerable<(GroupState<TRow, TKey> State, int Group)> All()
    {
        var taken = new int[_parts.Length];
        for (var i = 0; i < Count; i++)
        {
            var part = _partOf[i];
            yield return (_parts[part], taken[part]++);
        }
    }

    // The numbers of the groups of each part, one part after the other.
    private void Split(GroupKeys<TRow, TKey> keys)
    {
        var count = keys.Count;
        if (_groups.Length < count)
        {
            _groups = new int[Math.Max(count, 2 * _groups.Length)];
            _partOfNew = new byte[_groups.Length];
        }

        // Counted first, and then each put in its place: starts become ends on the way.
        Array.Clear(_ends);
        for (var i = 0; i < count; i++)
        {
            _ends[(int)(keys.HashOf(i) >> _shift) + 1]++;
        }

        for (var part = 1; part < _ends.Length; part++)
        {
            _ends[part] += _ends[part - 1];
        }

        for (var i = 0; i < count; i++)
        {
            _groups[_ends[(int)(keys.HashOf(i) >> _shift)]++] = i;
        }
    }

    private void MergePart(int number)
    {
        var start = number == 0 ? 0 : _ends[number - 1];
        var groups = _groups.AsSpan(start, _ends[number] - start);
        var part = _parts[number];
        var known = part.Keys.Count;
        var map = part.Take(_later!, groups);
        for (var i = 0; i < map.Length; i++)
        {
            // New ones have the next numbers, one after the other.
            var isNew = map[i] == known;
            known += isNew ? 1 : 0;
            _partOfNew[groups[i]] = (byte)(isNew ? number + 1 : 0);
        }
    }

    // New groups come behind all others, in the order in which the partition has them.
    private void Place(ReadOnlySpan<byte> partOfNew)
    {
        if (_partOf.Length - Count < partOfNew.Length)
        {
            Array.Resize(ref _partOf, Math.Max(Count + partOfNew.Length, 2 * _partOf.Length));
        }

        foreach (var part in partOfNew)
        {
            if (part != 0)
            {
                _partOf[Count++] = (byte)(part - 1);
            }
        }
    }
}
