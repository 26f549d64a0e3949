using System.Text;
using Parquet;
using Parquet.Schema;

namespace Toolkit.DataProcessing;

/// <summary>A column of text. The characters lie in blocks that are used again: no string is made.</summary>
internal sealed class TextParquetColumn(DataField field, bool nullable) : ParquetColumn(field)
{
    // The first block is small: a Hive layout has a chunk for each folder, and many of them few records.
    private const int FirstBlockLength = 512;
    private const int LongestBlock = 32 * 1024;

    private readonly List<char[]> _blocks = [];
    private ReadOnlyMemory<char>?[] _values = [];
    private int _block;
    private int _used;
    private long _characters;

    public override long MemoryBytes =>
        _blocks.Sum(block => (long)block.Length * sizeof(char)) + ((long)_values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<ReadOnlyMemory<char>?>());

    public override long ValueBytes => (_characters * sizeof(char)) + ((long)Count * System.Runtime.CompilerServices.Unsafe.SizeOf<ReadOnlyMemory<char>?>());

    public void Add(ReadOnlySpan<byte> utf8)
    {
        // No UTF-8 text has more UTF-16 units than bytes, even with invalid bytes made U+FFFD.
        var target = Rent(utf8.Length);
        var length = Encoding.UTF8.GetChars(utf8, target.Span);
        _used -= target.Length - length;
        _characters += length;
        Append(target[..length]);
    }

    public void Add(ReadOnlySpan<char> text)
    {
        var target = Rent(text.Length);
        text.CopyTo(target.Span);
        _characters += text.Length;
        Append(target);
    }

    public override void AddNull()
    {
        if (!nullable)
        {
            throw NoNull();
        }

        Append(null);
    }

    public override void AddRange(ParquetColumn other)
    {
        var source = (TextParquetColumn)other;
        for (var i = 0; i < source.Count; i++)
        {
            if (source._values[i] is { } text)
            {
                Add(text.Span);
            }
            else
            {
                Append(null);
            }
        }
    }

    public override void Clear()
    {
        base.Clear();
        _block = _used = 0;
        _characters = 0;
    }

    public override void Release()
    {
        Clear();
        _blocks.Clear();
        _values = [];
    }

    public override async Task WriteAsync(ParquetRowGroupWriter writer)
    {
        if (nullable)
        {
            await writer.WriteAsync<ReadOnlyMemory<char>>(Field, (ReadOnlyMemory<ReadOnlyMemory<char>?>)_values.AsMemory(0, Count)).ConfigureAwait(false);
            return;
        }

        var values = new ReadOnlyMemory<char>[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _values[i].GetValueOrDefault();
        }

        await writer.WriteAsync<ReadOnlyMemory<char>>(Field, values).ConfigureAwait(false);
    }

    private void Append(ReadOnlyMemory<char>? value)
    {
        Grow(ref _values, Count + 1);
        _values[Count++] = value;
    }

    private Memory<char> Rent(int length)
    {
        while (_block < _blocks.Count && _blocks[_block].Length - _used < length)
        {
            _block++;
            _used = 0;
        }

        if (_block == _blocks.Count)
        {
            var doubled = _blocks.Count == 0 ? FirstBlockLength : Math.Min(_blocks[^1].Length * 2, LongestBlock);
            _blocks.Add(new char[Math.Max(doubled, length)]);
            _used = 0;
        }

        var memory = _blocks[_block].AsMemory(_used, length);
        _used += length;
        return memory;
    }
}
