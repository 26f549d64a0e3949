using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Records that lie one behind the other in memory, all with as many fields as the header: a column of all of them is parsed
/// before anything else is done to one, so that no number waits for the one before it. Generated code takes them; valid only
/// during the call that hands them over.
/// </summary>
public readonly unsafe ref struct Utf8RowBlock
{
    /// <summary>The most records of a block.</summary>
    public const int MaxCount = 256;

    private readonly RowContext _context;
    private readonly byte* _buffer;
    private readonly int* _ends;
    private readonly int _firstStart;
    private readonly int _fieldCount;
    private readonly int _firstOrdinal;
    private readonly bool _carriageReturns;
    private readonly Span<ushort> _faults;

    /// <summary>A block.</summary>
    /// <param name="context">The worker's context, which is pointed at single records where one needs a second look.</param>
    /// <param name="buffer">The byte that positions refer to.</param>
    /// <param name="ends">The field ends, those of the first record first.</param>
    /// <param name="firstStart">Where the first record starts; the LF of a CRLF may come first.</param>
    /// <param name="fieldCount">The number of fields of each record.</param>
    /// <param name="firstOrdinal">The number of the first record within its batch.</param>
    /// <param name="carriageReturns">Whether records may start with the LF of the line end before.</param>
    /// <param name="faults">For each record the column that makes it a bad one, plus one; all 0.</param>
    internal Utf8RowBlock(RowContext context, byte* buffer, int* ends, int firstStart, int fieldCount, int firstOrdinal, bool carriageReturns, Span<ushort> faults)
    {
        _context = context;
        _buffer = buffer;
        _ends = ends;
        _firstStart = firstStart;
        _fieldCount = fieldCount;
        _firstOrdinal = firstOrdinal;
        _carriageReturns = carriageReturns;
        _faults = faults;
    }

    /// <summary>The number of records.</summary>
    public int Count => _faults.Length;

    /// <summary>Whether a field of a record could not be parsed so far: it is to be left out.</summary>
    /// <param name="index">The number of the record, from 0.</param>
    public bool IsBad(int index) => _faults[index] != 0;

    /// <summary>The first bad record from one on, or <see cref="Count"/>.</summary>
    internal int NextBad(int from)
    {
        var bad = _faults[from..].IndexOfAnyExcept((ushort)0);
        return bad < 0 ? Count : from + bad;
    }

    /// <summary>What is wrong with a bad record: the first of its columns that could not be parsed.</summary>
    internal CsvFieldError ErrorOf(int index, in Utf8Row row, CsvBinding binding)
    {
        var column = _faults[index] - 1;
        return new CsvFieldError(column, row.GetOrEmpty(binding.Positions[column]).IsEmpty ? CsvFieldFault.Empty : CsvFieldFault.Invalid);
    }

    /// <summary>The record with a number, until the next one is asked for.</summary>
    internal Utf8Row this[int index]
    {
        get
        {
            _context.Scratch.Reset();
            return _context.Point(_buffer, _ends + (index * _fieldCount), StartOf(index, 0), _fieldCount, _firstOrdinal + index);
        }
    }

    /// <summary>Parses a column as <see cref="Utf8Row.TryGet(int, out int)"/> does. A record whose field is something else is a bad one.</summary>
    /// <param name="binding">Where the columns are; one that the records lack counts as empty.</param>
    /// <param name="column">The position of the column in <see cref="CsvSchema.Columns"/>.</param>
    /// <param name="values">One for each record; that of a bad one is not meant.</param>
    [SkipLocalsInit]
    public void Parse(CsvBinding binding, int column, Span<int> values)
    {
        var position = binding.Positions[column];
        Span<ulong> words = stackalloc ulong[MaxCount];
        Span<int> lengths = stackalloc int[MaxCount];
        GetWords(position, words, lengths);
        if (!ShortNumbers.ParseIntegers(words[..Count], lengths[..Count], values))
        {
            for (var i = NextFailed(lengths, 0); i < Count; i = NextFailed(lengths, i + 1))
            {
                Note(i, column, this[i].TryGet(position, out values[i]));
            }
        }
    }

    /// <inheritdoc cref="Parse(CsvBinding, int, Span{int})"/>
    [SkipLocalsInit]
    public void Parse(CsvBinding binding, int column, Span<long> values)
    {
        var position = binding.Positions[column];
        Span<ulong> words = stackalloc ulong[MaxCount];
        Span<int> lengths = stackalloc int[MaxCount];
        GetWords(position, words, lengths);
        if (!ShortNumbers.ParseIntegers(words[..Count], lengths[..Count], values))
        {
            for (var i = NextFailed(lengths, 0); i < Count; i = NextFailed(lengths, i + 1))
            {
                Note(i, column, this[i].TryGet(position, out values[i]));
            }
        }
    }

    /// <summary>Parses a column as <see cref="Utf8Row.TryGet(int, out double)"/> does: with a point.</summary>
    /// <inheritdoc cref="Parse(CsvBinding, int, Span{int})"/>
    [SkipLocalsInit]
    public void Parse(CsvBinding binding, int column, Span<double> values)
    {
        var position = binding.Positions[column];
        Span<ulong> words = stackalloc ulong[MaxCount];
        Span<int> lengths = stackalloc int[MaxCount];
        GetWords(position, words, lengths);
        if (!ShortNumbers.ParseReals(words[..Count], lengths[..Count], values))
        {
            for (var i = NextFailed(lengths, 0); i < Count; i = NextFailed(lengths, i + 1))
            {
                Note(i, column, this[i].TryGet(position, out values[i]));
            }
        }
    }

    /// <summary>Notes where a field of each record of a range lies.</summary>
    internal void GetKeys(int position, Span<RawKey> keys, int from, int to)
    {
        keys = keys[..(to - from)];
        if ((uint)position >= (uint)_fieldCount)
        {
            keys.Clear();
            return;
        }

        for (var i = from; i < to; i++)
        {
            var start = StartOf(i, position);
            var length = _ends[(i * _fieldCount) + position] - start;
            keys[i - from] = length > 0 && _buffer[start] == _context.Quote ? RawKey.Of(this[i][position]) : new RawKey(_buffer + start, length);
        }
    }

    private void Note(int index, int column, bool parsed)
    {
        if (!parsed && _faults[index] == 0)
        {
            _faults[index] = checked((ushort)(column + 1));
        }
    }

    private int NextFailed(ReadOnlySpan<int> lengths, int from)
    {
        var failed = lengths[from..Count].IndexOf(ShortNumbers.Failed);
        return failed < 0 ? Count : from + failed;
    }

    // For each record the eight bytes that end where the field ends, and the field's length.
    private void GetWords(int position, Span<ulong> words, Span<int> lengths)
    {
        if ((uint)position >= (uint)_fieldCount)
        {
            lengths[..Count].Clear();
            words[..Count].Clear();
            return;
        }

        var buffer = _buffer;
        var end = _ends + position;
        words = words[..Count];
        lengths = lengths[..words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            lengths[i] = *end - end[-1] - 1;
            var word = Unsafe.ReadUnaligned<ulong>(buffer + *end - sizeof(ulong));
            words[i] = BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
            end += _fieldCount;
        }

        if (position == 0)
        {
            CorrectFirstFields(lengths);
        }
    }

    // A record's first field does not begin one byte behind the end of the field before: the first one of the block has none
    // before it, and others may begin behind an LF.
    private void CorrectFirstFields(Span<int> lengths)
    {
        for (var i = 0; i < (_carriageReturns ? lengths.Length : 1); i++)
        {
            lengths[i] = _ends[i * _fieldCount] - StartOf(i, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int StartOf(int index, int position)
    {
        var at = (index * _fieldCount) + position;
        var start = at == 0 ? _firstStart : _ends[at - 1] + 1;
        return position == 0 && _carriageReturns && _buffer[start - 1] == '\r' && _buffer[start] == '\n' ? start + 1 : start;
    }
}
