namespace Toolkit.DataProcessing;

/// <summary>The keys of one state, numbered in the order in which they first came.</summary>
internal abstract class GroupKeys<TRow, TKey>
    where TRow : allows ref struct
{
    public abstract int Count { get; }

    public abstract long Bytes { get; }

    /// <summary>The key with a number.</summary>
    public abstract TKey this[int index] { get; }

    /// <summary>Gets ready for rows of a source.</summary>
    public virtual void Bind(CsvRows rows)
    {
    }

    /// <summary>The number of a row's key.</summary>
    public abstract int FindOrAdd(in Utf8Row row, TRow value);

    /// <summary>Whether the keys of a batch can be looked up together.</summary>
    public virtual bool TakesBatches => false;

    /// <summary>The field that is the key, if one is: a batch notes where it lies.</summary>
    public virtual int? Position => null;

    /// <summary>Finds the groups of the rows of a batch that have none yet.</summary>
    public virtual void FindOrAdd(RowBatch<TRow> batch) => throw new NotSupportedException();

    /// <summary>Takes in keys of a later partition: <c>map[i]</c> becomes the number here of its key <c>numbers[i]</c>.</summary>
    public abstract void Take(GroupKeys<TRow, TKey> later, ReadOnlySpan<int> numbers, Span<int> map);

    public abstract void Clear();

    /// <summary>Whether keys can be written and read again.</summary>
    public abstract bool CanWrite { get; }

    public abstract ulong HashOf(int index);

    /// <summary>The bytes of the key with a number; valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> GetBytes(int index);

    /// <summary>The number of a written key, or -1.</summary>
    public abstract int FindWritten(ReadOnlySpan<byte> bytes);

    /// <summary>The number of a written key; a new one gets the next number.</summary>
    public abstract int FindOrAddWritten(ReadOnlySpan<byte> bytes);
}
