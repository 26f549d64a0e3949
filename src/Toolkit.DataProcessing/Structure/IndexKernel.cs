using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

/// <summary>
/// Indexes bytes in blocks of 64. Quotes are taken to toggle between inside and outside, which a prefix XOR over the block
/// resolves at once; that equals the written machine as long as each opening quote is a field's first byte. Where one is not,
/// it is text by the machine's rule: it is taken out of the mask and the parity behind it is turned over, once for each such
/// quote, so that the masks are the machine's again before anything is emitted.
/// </summary>
internal abstract unsafe class IndexKernel
{
    /// <summary>The bytes of a block.</summary>
    public const int Block = 64;

    /// <summary>The fastest kernel that this processor runs.</summary>
    public static IndexKernel For(CsvDialect dialect) =>
        Vector512.IsHardwareAccelerated && CompressEmitter.IsSupported ? new IndexKernel<BlockMatcher512, CompressEmitter>(dialect)
        : Vector512.IsHardwareAccelerated ? new IndexKernel<BlockMatcher512, BitEmitter>(dialect)
        : Vector256.IsHardwareAccelerated ? new IndexKernel<BlockMatcher256, BitEmitter>(dialect)
        : Vector128.IsHardwareAccelerated ? new IndexKernel<BlockMatcher128, BitEmitter>(dialect)
        : new IndexKernel<BlockMatcherScalar, BitEmitter>(dialect);

    /// <summary>Indexes the whole blocks from <paramref name="from"/> on, while the index has room.</summary>
    /// <param name="buffer">The buffer that positions refer to.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="blocks">The number of whole blocks.</param>
    /// <param name="state">The state before the first byte; afterwards the state behind the last one that was indexed.</param>
    /// <param name="index">Where entries go.</param>
    /// <returns>The position behind the last block that was indexed.</returns>
    public abstract int Index(byte* buffer, int from, int blocks, ref ScanState state, RecordIndex index);

    /// <summary>
    /// Indexes fewer than 64 bytes: the end of the input. The index must have room. Of the state afterwards only
    /// <see cref="ScanState.InQuotes"/>, the flags and the lines are meant: the block is filled up with NULs.
    /// </summary>
    public abstract void IndexTail(byte* buffer, int from, int length, ref ScanState state, RecordIndex index);

    /// <summary>Finds the state behind <paramref name="length"/> bytes without indexing them.</summary>
    public abstract void Advance(byte* bytes, int length, ref ScanState state);
}

/// <inheritdoc cref="IndexKernel"/>
internal sealed unsafe class IndexKernel<TMatcher, TEmitter>(CsvDialect dialect) : IndexKernel
    where TMatcher : struct, IBlockMatcher<TMatcher>
    where TEmitter : struct, IBlockEmitter
{
    private const int FewBlocks = 4;
    private const int ManyBlocks = 1024;

    private readonly byte _delimiter = (byte)dialect.Delimiter;
    private readonly byte _quote = dialect.Quotes == CsvQuotes.None ? (byte)dialect.Delimiter : (byte)dialect.Quote;
    private readonly ulong _quotes = dialect.Quotes == CsvQuotes.None ? 0 : ulong.MaxValue;
    private readonly bool _strict = dialect.Quotes == CsvQuotes.Strict;

    public override int Index(byte* buffer, int from, int blocks, ref ScanState state, RecordIndex index)
    {
        var position = from;
        var last = from + blocks * Block;
        var untidy = FewBlocks;
        while (position < last && index.HasRoom)
        {
            var room = Math.Min(last, position + (index.RoomForBlocks * Block));
            var start = position;
            position = IndexTidy(buffer, start, room, ref state, index);
            if (position < room)
            {
                // A stray quote is alone; where the next blocks are not tidy either, all of the file may be such: one with CRs.
                untidy = position == start ? Math.Min(untidy * 2, ManyBlocks) : FewBlocks;
                position = IndexAny(buffer, position, Math.Min(room, position + (untidy * Block)), ref state, index);
            }
        }

        return position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int IndexAny(byte* buffer, int from, int to, ref ScanState state, RecordIndex index)
    {
        var matcher = TMatcher.Create(_delimiter, _quote);
        var local = state;
        var (ends, rows) = (index.EndCount, index.RowCount);
        var position = from;
        for (; position < to && index.HasRoom; position += Block)
        {
            matcher.Match(buffer + position, out var masks);
            masks.Quotes &= _quotes;
            Resolve(ref masks, ref local, out var fieldEnds, out var recordEnds, out var strays);
            TEmitter.Emit(fieldEnds, recordEnds, position, index.Ends, ref ends, index.Rows, ref rows);
            if (strays != 0 && _strict)
            {
                AddStrays(strays, position, index);
            }
        }

        (index.EndCount, index.RowCount) = (ends, rows);
        state = local;
        return position;
    }

    // Blocks without a CR and without a quote in a wrong place, up to the first that is not such: few enough values for the
    // loop to keep them in registers. There is room for the entries of all of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int IndexTidy(byte* buffer, int from, int to, ref ScanState state, RecordIndex index)
    {
        if (state.AfterCr != 0)
        {
            return from;
        }

        var matcher = TMatcher.Create(_delimiter, _quote);
        var quoteMask = _quotes;
        var endTarget = index.Ends;
        var rowTarget = index.Rows;
        var (ends, rows) = (index.EndCount, index.RowCount);
        var (inQuotes, fieldStart, closed, lines) = (state.InQuotes, state.FieldStart, state.Closed, 0L);
        var escapes = 0UL;
        var position = from;
        for (; position < to; position += Block)
        {
            matcher.Match(buffer + position, out var masks);
            if (masks.CarriageReturns != 0)
            {
                break;
            }

            var quotes = masks.Quotes & quoteMask;
            var delimiters = masks.Separators | masks.LineFeeds;
            var outside = ulong.MaxValue;
            if ((quotes | inQuotes | closed) == 0)
            {
                fieldStart = delimiters >> 63;
            }
            else
            {
                var inside = PrefixXor.Of(quotes) ^ inQuotes;
                outside = ~inside;
                var closing = quotes & outside;
                var behindClosing = (closing << 1) | closed;
                var opening = quotes & inside;
                var illegal = opening & ~(((delimiters & outside) << 1) | behindClosing | fieldStart);
                if ((illegal | (behindClosing & ~(delimiters | quotes))) != 0)
                {
                    break;
                }

                escapes |= behindClosing & opening;
                inQuotes = (ulong)((long)inside >> 63);
                fieldStart = (delimiters & outside) >> 63;
                closed = closing >> 63;
            }

            lines += BitOperations.PopCount(masks.LineFeeds);
            TEmitter.Emit(delimiters & outside, masks.LineFeeds & outside, position, endTarget, ref ends, rowTarget, ref rows);
        }

        (index.EndCount, index.RowCount) = (ends, rows);
        (state.InQuotes, state.FieldStart, state.Closed) = (inQuotes, fieldStart, closed);
        state.Escapes |= escapes;
        state.Lines += lines;
        return position;
    }

    public override void IndexTail(byte* buffer, int from, int length, ref ScanState state, RecordIndex index)
    {
        var block = stackalloc byte[Block];
        new Span<byte>(block, Block).Clear();
        new Span<byte>(buffer + from, length).CopyTo(new Span<byte>(block, Block));
        TMatcher.Create(_delimiter, _quote).Match(block, out var masks);
        masks.Quotes &= _quotes;
        masks.Cut(length);
        Resolve(ref masks, ref state, out var fieldEnds, out var recordEnds, out var strays);
        fieldEnds &= Valid(length);
        recordEnds &= Valid(length);
        BitEmitter.Emit(fieldEnds, recordEnds, from, index.Ends, ref index.EndCount, index.Rows, ref index.RowCount);
        strays &= Valid(length);
        if (strays != 0 && _strict)
        {
            AddStrays(strays, from, index);
        }
    }

    public override void Advance(byte* bytes, int length, ref ScanState state)
    {
        var matcher = TMatcher.Create(_delimiter, _quote);
        var local = state;
        var position = 0;
        for (; position + Block <= length; position += Block)
        {
            matcher.Match(bytes + position, out var masks);
            masks.Quotes &= _quotes;
            Resolve(ref masks, ref local, out _, out _, out _);
        }

        if (position < length)
        {
            var machine = new CsvStateMachine(new CsvDialect { Delimiter = (char)_delimiter, Quote = (char)_quote, Quotes = _quotes == 0 ? CsvQuotes.None : CsvQuotes.Lenient });
            var machineState = local.ToState();
            for (; position < length; position++)
            {
                machine.Step(ref machineState, bytes[position]);
            }

            local = ScanState.From(machineState);
        }

        state = local;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Resolve(ref BlockMasks masks, ref ScanState state, out ulong fieldEnds, out ulong recordEnds, out ulong strays)
    {
        var lineEnds = masks.LineFeeds;
        var swallowed = 0UL;
        if ((masks.CarriageReturns | state.AfterCr) != 0)
        {
            swallowed = masks.LineFeeds & ((masks.CarriageReturns << 1) | state.AfterCr);
            lineEnds |= masks.CarriageReturns;
            state.AfterCr = masks.CarriageReturns >> 63;
            state.CarriageReturns |= masks.CarriageReturns;
        }

        var delimiters = masks.Separators | lineEnds;
        lineEnds ^= swallowed;
        state.Lines += BitOperations.PopCount(lineEnds);
        if ((masks.Quotes | state.InQuotes | state.Closed) == 0)
        {
            fieldEnds = masks.Separators | lineEnds;
            recordEnds = lineEnds;
            strays = 0;
            state.FieldStart = delimiters >> 63;
            return;
        }

        var inside = ResolveQuotes(ref masks, ref state, delimiters, out strays);
        fieldEnds = (masks.Separators | lineEnds) & ~inside;
        recordEnds = lineEnds & ~inside;
    }

    /// <summary>The bytes between quotes, the opening quote among them; takes stray quotes out of the mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ResolveQuotes(ref BlockMasks masks, ref ScanState state, ulong delimiters, out ulong strays)
    {
        var quotes = masks.Quotes;
        var inside = PrefixXor.Of(quotes) ^ state.InQuotes;
        var mayOpenFirst = state.FieldStart | state.Closed;
        strays = 0;
        var closing = quotes & ~inside;
        var illegal = quotes & inside & ~((((delimiters & ~inside) | closing) << 1) | mayOpenFirst);
        while (illegal != 0)
        {
            var first = illegal & (0 - illegal);
            strays |= first;
            quotes ^= first;
            inside ^= 0 - first;
            closing = quotes & ~inside;
            illegal = quotes & inside & ~((((delimiters & ~inside) | closing) << 1) | mayOpenFirst);
        }

        var behindClosing = (closing << 1) | state.Closed;
        strays |= behindClosing & ~(delimiters | quotes);
        state.Escapes |= (behindClosing & quotes & inside) | strays;
        state.InQuotes = (ulong)((long)inside >> 63);
        state.FieldStart = (delimiters & ~inside) >> 63;
        state.Closed = closing >> 63;
        return inside;
    }

    private static ulong Valid(int length) => length >= Block ? ulong.MaxValue : (1UL << length) - 1;

    private static void AddStrays(ulong strays, int position, RecordIndex index)
    {
        for (; strays != 0; strays &= strays - 1)
        {
            index.Strays[index.StrayCount++] = position + BitOperations.TrailingZeroCount(strays);
        }
    }
}
