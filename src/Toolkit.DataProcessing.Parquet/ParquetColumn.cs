using Parquet;
using Parquet.Schema;

namespace Toolkit.DataProcessing;

/// <summary>The values of one column: of a chunk, or gathered for the next row group of a file.</summary>
internal abstract class ParquetColumn(DataField dataField)
{
    public DataField Field => dataField;

    public int Count { get; protected set; }

    public abstract long MemoryBytes { get; }

    /// <summary>What the values take, whatever memory there is for them.</summary>
    public abstract long ValueBytes { get; }

    public abstract void AddNull();

    public abstract void AddRange(ParquetColumn other);

    /// <summary>Drops the values, and keeps the memory.</summary>
    public virtual void Clear() => Count = 0;

    /// <summary>Drops the values and their memory.</summary>
    public abstract void Release();

    public abstract Task WriteAsync(ParquetRowGroupWriter writer);

    protected InvalidOperationException NoNull() =>
        new($"The column '{dataField.Name}' has no values that are missing, but one was written.");

    private protected static void Grow<TItem>(ref TItem[] items, int count)
    {
        // A Hive layout has a chunk for each folder, and many of them few records.
        const int Initial = 16;
        if (items.Length < count)
        {
            Array.Resize(ref items, Math.Max(Math.Max(Initial, count), items.Length * 2));
        }
    }
}

/// <summary>A column of values of one type.</summary>
internal abstract class ParquetColumn<T>(DataField field) : ParquetColumn(field)
    where T : struct
{
    public abstract void Add(T value);
}

/// <summary>A column in which each record has a value.</summary>
internal sealed class RequiredParquetColumn<T>(DataField field) : ParquetColumn<T>(field)
    where T : struct
{
    private T[] _values = [];

    public override long MemoryBytes => (long)_values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    public override long ValueBytes => (long)Count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    public override void Add(T value)
    {
        Grow(ref _values, Count + 1);
        _values[Count++] = value;
    }

    public override void AddNull() => throw NoNull();

    public override void AddRange(ParquetColumn other)
    {
        var source = (RequiredParquetColumn<T>)other;
        Grow(ref _values, Count + source.Count);
        source._values.AsSpan(0, source.Count).CopyTo(_values.AsSpan(Count));
        Count += source.Count;
    }

    public override void Release()
    {
        Count = 0;
        _values = [];
    }

    public override Task WriteAsync(ParquetRowGroupWriter writer) => writer.WriteAsync<T>(Field, _values.AsMemory(0, Count));
}

/// <summary>A column in which values may be missing.</summary>
internal sealed class NullableParquetColumn<T>(DataField field) : ParquetColumn<T>(field)
    where T : struct
{
    private T?[] _values = [];

    public override long MemoryBytes => (long)_values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T?>();

    public override long ValueBytes => (long)Count * System.Runtime.CompilerServices.Unsafe.SizeOf<T?>();

    public override void Add(T value)
    {
        Grow(ref _values, Count + 1);
        _values[Count++] = value;
    }

    public override void AddNull()
    {
        Grow(ref _values, Count + 1);
        _values[Count++] = null;
    }

    public override void AddRange(ParquetColumn other)
    {
        var source = (NullableParquetColumn<T>)other;
        Grow(ref _values, Count + source.Count);
        source._values.AsSpan(0, source.Count).CopyTo(_values.AsSpan(Count));
        Count += source.Count;
    }

    public override void Release()
    {
        Count = 0;
        _values = [];
    }

    public override Task WriteAsync(ParquetRowGroupWriter writer) => writer.WriteAsync<T>(Field, (ReadOnlyMemory<T?>)_values.AsMemory(0, Count));
}
