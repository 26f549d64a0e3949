using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Reads an input from one offset on and indexes it, one batch of whole records at a time. The buffer is native memory that
/// stays in the processor's second-level cache; the beginning of a record that is not complete moves to its front, with the
/// part of the index that is there already, so that a long record costs no second pass.
/// </summary>
internal sealed unsafe class RecordReader : IDisposable
{
    /// <summary>The bytes before the buffer: the last of them is the byte before its first.</summary>
    private const int Front = RowContext.Padding;

    /// <summary>The blocks between two line marks: few enough to be counted again in no time, enough not to be felt.</summary>
    private const int MarkedBlocks = 128;

    private readonly IndexKernel _kernel;
    private readonly TimeProvider _time;
    private long _readTicks;
    private long _indexTicks;
    private readonly RecordIndex _index;
    private readonly int _initialCapacity;
    private readonly int _maxRecordBytes;
    private LineMarks? _lineMarks;
    private byte* _allocation;
    private int _capacity;
    private int _scanned;
    private int _taken;
    private int _nextStart;
    private bool _ended;
    private bool _tailIndexed;
    private long _softEnd;
    private long _hardEnd;
    private CsvInput? _input;
    private ScanState _state;

    public RecordReader(IndexKernel kernel, int bufferBytes, int maxRecordBytes, TimeProvider time)
    {
        _time = time;
        _kernel = kernel;
        _initialCapacity = Math.Max(bufferBytes, IndexKernel.Block);
        _maxRecordBytes = maxRecordBytes;
        _index = new RecordIndex(_initialCapacity / 4);
        Allocate(_initialCapacity);
    }

    /// <summary>The bytes that positions refer to. The byte at -1 is the one before the first.</summary>
    public byte* Buffer => _allocation + Front;

    /// <summary>The entries of the current batch.</summary>
    public RecordIndex Index => _index;

    /// <summary>The number of bytes in <see cref="Buffer"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The offset in the input of the buffer's first byte.</summary>
    public long Origin { get; private set; }

    /// <summary>Where the first record of the batch starts; the LF of a CRLF may come first.</summary>
    public int FirstStart { get; private set; }

    /// <summary>Whether the input has no more bytes than the buffer holds.</summary>
    public bool Ended => _ended;

    /// <summary>Whether the input ended between two quotes; meant once the last record is in the batch.</summary>
    public bool EndsInQuotes => _ended && _tailIndexed && _state.InQuotes != 0;

    /// <summary>Whether any byte so far was a CR.</summary>
    public bool HasCarriageReturns => _state.CarriageReturns != 0;

    /// <summary>Whether any quote so far was a doubled one.</summary>
    public bool HasEscapes => _state.Escapes != 0;

    /// <summary>The line ends from the start up to <see cref="Scanned"/>.</summary>
    public long Lines => _state.Lines;

    /// <summary>The position up to which the buffer is indexed.</summary>
    public int Scanned => _scanned;

    /// <summary>The line ends from the start up to <see cref="ScannedBefore"/>.</summary>
    public long LinesBefore { get; private set; }

    /// <summary>The position up to which the buffer was indexed before this batch: a little behind <see cref="FirstStart"/>.</summary>
    public int ScannedBefore { get; private set; }

    /// <summary>The bytes read since the reader was made.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The native memory that is held.</summary>
    public long MemoryBytes => _capacity + Front + RowContext.Padding + _index.Bytes + (_lineMarks?.Bytes ?? 0);

    /// <summary>Starts at a record.</summary>
    /// <param name="input">What to read.</param>
    /// <param name="offset">Where the record starts.</param>
    /// <param name="softEnd">Where the caller will probably stop: little is read beyond.</param>
    /// <param name="hardEnd">Where the caller gives up: reading from here on throws <see cref="SpeculationAbandonedException"/>.</param>
    public void Start(CsvInput input, long offset, long softEnd, long hardEnd)
    {
        if (_capacity > _initialCapacity)
        {
            NativeMemory.Free(_allocation);
            Allocate(_initialCapacity);
        }

        _input = input;
        _softEnd = softEnd;
        _hardEnd = hardEnd;
        _state = ScanState.RecordStart;
        Origin = offset;
        Length = _scanned = _taken = _nextStart = FirstStart = 0;
        _ended = _tailIndexed = false;
        _index.Clear();
        _lineMarks?.Clear();
        Buffer[-1] = 0;
    }

    /// <summary>Goes on to the next batch; the rows of the one before are gone.</summary>
    /// <returns>Whether there is at least one record; otherwise the input is at its end.</returns>
    /// <exception cref="BufferFullException">A record does not fit in the largest buffer.</exception>
    public bool Read()
    {
        DropTaken();
        (LinesBefore, ScannedBefore) = (_state.Lines, _scanned);
        while (true)
        {
            ScanBuffered();
            if (_index.RowCount > 0)
            {
                _taken = _index.RowCount;
                var lastEnd = _index.Ends[_index.Rows[_taken - 1]];
                _nextStart = Math.Min(lastEnd + 1, Length);
                return true;
            }

            if (!_index.HasRoom)
            {
                _index.Grow();
                continue;
            }

            if (_ended)
            {
                return false;
            }

            Fill();
        }
    }

    /// <summary>Where the record behind the batch starts, if the bytes that tell are there.</summary>
    public bool TryGetNextStart(out int start)
    {
        start = _nextStart;
        if (start > 0 && Buffer[start - 1] == (byte)'\r')
        {
            if (start < Length)
            {
                start += Buffer[start] == (byte)'\n' ? 1 : 0;
                return true;
            }

            return _ended;
        }

        return true;
    }

    /// <summary>From now on lines are marked while the input is indexed: where a record may have several, and its line is asked for.</summary>
    public void MarkLines() => _lineMarks ??= new LineMarks();

    /// <summary>The last position up to another one whose line is known, where lines are marked.</summary>
    /// <param name="position">At most <see cref="Scanned"/>.</param>
    /// <param name="mark">The position found.</param>
    /// <param name="lines">The line ends from the start up to it.</param>
    public bool TryGetLineMark(int position, out int mark, out long lines)
    {
        (mark, lines) = (0, 0);
        return _lineMarks is { } marks && marks.TryFind(position, out mark, out lines);
    }

    /// <summary>The time spent reading and indexing since the last call, in ticks of the clock.</summary>
    public (long Read, long Index) TakeTimes()
    {
        var times = (_readTicks, _indexTicks);
        _readTicks = _indexTicks = 0;
        return times;
    }

    public void Dispose()
    {
        NativeMemory.Free(_allocation);
        _allocation = null;
        _index.Dispose();
    }

    private void DropTaken()
    {
        var drop = _taken == 0 ? 0 : _index.Rows[_taken - 1] + 1;
        var rest = _index.EndCount - drop;
        new Span<int>(_index.Ends + drop, rest).CopyTo(new Span<int>(_index.Ends, rest));
        _index.EndCount = rest;
        _index.RowCount = 0;

        // Strays of a record that is not complete stay.
        var strays = 0;
        for (var i = 0; i < _index.StrayCount; i++)
        {
            if (_index.Strays[i] >= _nextStart)
            {
                _index.Strays[strays++] = _index.Strays[i];
            }
        }

        _index.StrayCount = strays;
        FirstStart = _nextStart;
        _taken = 0;
    }

    private void ScanBuffered()
    {
        var blocks = (Length - _scanned) / IndexKernel.Block;
        if (blocks > 0)
        {
            var began = _time.GetTimestamp();
            IndexBlocks(blocks);
            _indexTicks += _time.GetTimestamp() - began;
        }

        if (!_ended || _tailIndexed || Length - _scanned >= IndexKernel.Block || !_index.HasRoom)
        {
            return;
        }

        if (_scanned < Length)
        {
            _kernel.IndexTail(Buffer, _scanned, Length - _scanned, ref _state, _index);
            _scanned = Length;
        }

        _tailIndexed = true;
        EndLastRecord();
    }

    private void IndexBlocks(int blocks)
    {
        if (_lineMarks is null)
        {
            _scanned = _kernel.Index(Buffer, _scanned, blocks, ref _state, _index);
            return;
        }

        for (int taken; blocks > 0 && _index.HasRoom; blocks -= taken)
        {
            var from = _scanned;
            _scanned = _kernel.Index(Buffer, from, Math.Min(blocks, MarkedBlocks), ref _state, _index);
            _lineMarks.Add(_scanned, _state.Lines);
            taken = (_scanned - from) / IndexKernel.Block;
        }
    }

    // The last record may lack its line end.
    private void EndLastRecord()
    {
        var start = _index.RowCount > 0 ? _index.Ends[_index.Rows[_index.RowCount - 1]] + 1 : FirstStart;
        if (start < Length && Buffer[start - 1] == (byte)'\r' && Buffer[start] == (byte)'\n')
        {
            start++;
        }

        if (start < Length)
        {
            _index.Rows[_index.RowCount++] = _index.EndCount;
            _index.Ends[_index.EndCount++] = Length;
        }
    }

    private void Fill()
    {
        Compact();
        if (Length == _capacity)
        {
            GrowBuffer();
        }

        var room = _capacity - Length;
        var offset = Origin + Length;
        if (offset >= _hardEnd)
        {
            throw new SpeculationAbandonedException();
        }

        var sensible = _softEnd - offset;
        if (sensible < room && _input!.Length >= 0)
        {
            // What lies beyond the partition's end is only the rest of its last record.
            const int Overrun = 16 * 1024;
            room = (int)Math.Min(room, Math.Max(sensible, 0) + Overrun);
        }

        if (_input!.IsSerial)
        {
            _input.Release(Origin);
        }

        var began = _time.GetTimestamp();
        var count = _input.Read(new Span<byte>(Buffer + Length, room), offset);
        _readTicks += _time.GetTimestamp() - began;
        BytesRead += count;
        Length += count;
        _ended = count == 0;
    }

    private void Compact()
    {
        var drop = FirstStart;
        if (drop == 0)
        {
            return;
        }

        // One byte before the first moves along: it may be the CR of a CRLF.
        System.Buffer.MemoryCopy(Buffer + drop - 1, Buffer - 1, _capacity + 1, Length - drop + 1);
        for (var i = 0; i < _index.EndCount; i++)
        {
            _index.Ends[i] -= drop;
        }

        for (var i = 0; i < _index.StrayCount; i++)
        {
            _index.Strays[i] -= drop;
        }

        _lineMarks?.Drop(drop);
        Origin += drop;
        Length -= drop;
        _scanned -= drop;
        ScannedBefore -= drop;
        _nextStart -= drop;
        FirstStart = 0;
    }

    private void GrowBuffer()
    {
        // Room for the largest record, its line end, and a block.
        var most = (long)_maxRecordBytes + 2 * IndexKernel.Block;
        if (_capacity >= most)
        {
            throw new BufferFullException();
        }

        var capacity = (int)Math.Min(Math.Min(2L * _capacity, most), Array.MaxLength);
        _allocation = (byte*)NativeMemory.Realloc(_allocation, (nuint)capacity + Front + RowContext.Padding);
        _capacity = capacity;
    }

    private void Allocate(int capacity)
    {
        _allocation = (byte*)NativeMemory.Alloc((nuint)capacity + Front + RowContext.Padding);
        _capacity = capacity;
    }
}
