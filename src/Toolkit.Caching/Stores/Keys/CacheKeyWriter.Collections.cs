namespace Toolkit.Caching.Stores;

public ref partial struct CacheKeyWriter
{
    /// <summary>
    /// Writes a sequence in its order, or <see langword="null"/>. A list and an array with the same elements are the same key.
    /// </summary>
    public void WriteSequence<T>(IEnumerable<T>? items, CacheKeyElementWriter<T> writeElement)
    {
        ArgumentNullException.ThrowIfNull(writeElement);
        if (items is null)
        {
            WriteNull();
            return;
        }

        Take(1)[0] = (byte)CacheKeyTag.Sequence;
        foreach (var item in items)
        {
            writeElement(ref this, item);
        }

        EndObject();
    }

    /// <summary>Writes a span like the sequence of its elements.</summary>
    public void WriteSpan<T>(scoped ReadOnlySpan<T> items, CacheKeyElementWriter<T> writeElement)
    {
        ArgumentNullException.ThrowIfNull(writeElement);
        Take(1)[0] = (byte)CacheKeyTag.Sequence;
        foreach (var item in items)
        {
            writeElement(ref this, item);
        }

        EndObject();
    }

    /// <summary>Writes a set, or <see langword="null"/>; the order of enumeration does not matter.</summary>
    public void WriteSet<T>(IEnumerable<T>? items, CacheKeyElementWriter<T> writeElement)
    {
        ArgumentNullException.ThrowIfNull(writeElement);
        if (items is null)
        {
            WriteNull();
            return;
        }

        var parts = new List<byte[]>();
        foreach (var item in items)
        {
            var writer = default(CacheKeyWriter);
            writeElement(ref writer, item);
            parts.Add(writer.WrittenSpan.ToArray());
            writer.Dispose();
        }

        WriteSorted(CacheKeyTag.Set, parts);
    }

    /// <summary>Writes a dictionary, or <see langword="null"/>; the order of enumeration does not matter.</summary>
    public void WriteMap<TKey, TValue>(
        IEnumerable<KeyValuePair<TKey, TValue>>? items,
        CacheKeyElementWriter<TKey> writeKey,
        CacheKeyElementWriter<TValue> writeValue)
    {
        ArgumentNullException.ThrowIfNull(writeKey);
        ArgumentNullException.ThrowIfNull(writeValue);
        if (items is null)
        {
            WriteNull();
            return;
        }

        var parts = new List<byte[]>();
        foreach (var (key, value) in items)
        {
            var writer = default(CacheKeyWriter);
            writeKey(ref writer, key);
            writeValue(ref writer, value);
            parts.Add(writer.WrittenSpan.ToArray());
            writer.Dispose();
        }

        WriteSorted(CacheKeyTag.Map, parts);
    }

    private void WriteSorted(CacheKeyTag tag, List<byte[]> parts)
    {
        parts.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        Take(1)[0] = (byte)tag;
        WriteLength(parts.Count);
        foreach (var part in parts)
        {
            part.CopyTo(Take(part.Length));
        }
    }
}
