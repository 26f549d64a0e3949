using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

public readonly ref partial struct CsvRows
{
    /// <summary>Goes through the rows. A structure of plain numbers, which a loop keeps in registers.</summary>
    public unsafe ref struct Enumerator
    {
        private readonly PartitionScan _scan;
        private readonly RowContext _context;
        private readonly int _fields;
        private readonly int _maxRecordBytes;
        private byte* _buffer;
        private int* _ends;
        private int* _rows;
        private bool _carriageReturns;
        private bool _escapes;
        private int _stop;
        private int _row;
        private int _next;
        private int _nextStart;
        private int _first;
        private int _start;
        private int _count;

        internal Enumerator(PartitionScan scan)
        {
            _scan = scan;
            _context = scan.Context;
            _fields = scan.PlainFieldCount;
            _maxRecordBytes = scan.MaxRecordBytes;
            Load();
        }

        /// <summary>The current record.</summary>
        public readonly Utf8Row Current
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => _context.Point(_buffer, _ends + _first, _start, _count, _row - 1);
        }

        /// <summary>Goes on to the next record.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            while (true)
            {
                if (MoveNextInStretch())
                {
                    return true;
                }

                if (!NextStretch())
                {
                    return false;
                }
            }
        }

        /// <summary>Whether fields stay where they are until the next stretch: none is unescaped to the side.</summary>
        internal readonly bool KeepsFields => !_escapes;

        /// <summary>Goes on to the next stretch of records; the bytes of those before may be gone.</summary>
        internal bool NextStretch()
        {
            if (!_scan.NextSegment(_row, _next, _nextStart))
            {
                return false;
            }

            Load();
            return true;
        }

        /// <summary>Goes on to the next record whose bytes are in memory together with those of the one before.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal bool MoveNextInStretch()
        {
            while (_row != _stop)
            {
                var start = _nextStart;
                if (_carriageReturns && _buffer[start - 1] == '\r' && _buffer[start] == '\n')
                {
                    start++;
                }

                if (_escapes)
                {
                    _context.Scratch.Reset();
                }

                var last = _rows[_row];
                var end = _ends[last];
                _first = _next;
                _count = last + 1 - _next;
                _start = start;
                _next = last + 1;
                _nextStart = end + 1;
                _row++;
                if (_count == _fields && end - start <= _maxRecordBytes)
                {
                    return true;
                }

                // Everything that is not a plain record: blank, too short, too long.
                _count = _scan.Attend(_row, _first, start, end);
                if (_count > 0)
                {
                    return true;
                }

                if (_count < 0)
                {
                    _stop = _row;
                }
            }

            return false;
        }

        /// <summary>Goes on behind as many plain records as lie one behind the other.</summary>
        /// <param name="faults">One place for each record that may be taken.</param>
        /// <returns>The records, maybe none.</returns>
        internal Utf8RowBlock TakeBlock(Span<ushort> faults)
        {
            var most = Math.Min(_stop - _row, faults.Length);
            var last = _next - 1;
            var start = _nextStart;
            var count = 0;
            for (; count < most; count++)
            {
                var next = _rows[_row + count];
                var end = _ends[next];
                if (next - last != _fields || end - start > _maxRecordBytes)
                {
                    break;
                }

                last = next;
                start = end + 1;
            }

            faults = faults[..count];
            faults.Clear();
            var block = new Utf8RowBlock(_context, _buffer, _ends + _next, _nextStart, _fields, _row, _carriageReturns, faults);
            _row += count;
            _next = last + 1;
            _nextStart = start;
            return block;
        }

        private void Load()
        {
            _buffer = _scan.Buffer;
            _ends = _scan.Ends;
            _rows = _scan.Rows;
            _carriageReturns = _scan.HasCarriageReturns;
            _escapes = _context.MayEscape;
            _stop = _scan.Stop;
            _row = _scan.Row;
            _next = _scan.Next;
            _nextStart = _scan.NextStart;
        }
    }
}
