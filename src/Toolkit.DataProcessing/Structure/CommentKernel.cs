namespace Toolkit.DataProcessing;

/// <summary>
/// A kernel that knows comments. Stretches without a comment go to the kernel inside; blocks in which one begins or goes on go
/// through the written machine, a byte at a time. A comment becomes a record of one field, however many separators and quotes
/// it has, which the scan leaves out.
/// </summary>
/// <remarks>
/// The machine's states do not tell a record's start from a field's: the byte before does. So the states between partitions
/// are not composed for such a dialect (see <see cref="SourceRun"/>): wrong guesses run again.
/// </remarks>
internal sealed unsafe class CommentKernel(IndexKernel inner, CsvDialect dialect) : IndexKernel
{
    private readonly CsvStateMachine _machine = new(dialect);
    private readonly byte _comment = (byte)dialect.Comment!.Value;
    private readonly int _quote = dialect.Quotes == CsvQuotes.None ? -1 : dialect.Quote;
    private readonly bool _strict = dialect.Quotes == CsvQuotes.Strict;

    public override int Index(byte* buffer, int from, int blocks, ref ScanState state, RecordIndex index)
    {
        var position = from;
        var last = from + (blocks * Block);
        while (position < last && index.HasRoom)
        {
            var plain = state.InComment != 0 ? 0 : PlainBlocks(buffer, position, last);
            if (plain > 0)
            {
                var reached = inner.Index(buffer, position, plain, ref state, index);
                if (reached < position + (plain * Block))
                {
                    return reached;
                }

                position = reached;
                continue;
            }

            Walk(buffer, position, Block, ref state, index);
            position += Block;
        }

        return position;
    }

    public override void IndexTail(byte* buffer, int from, int length, ref ScanState state, RecordIndex index)
    {
        if (state.InComment == 0 && FindComment(buffer, from, from + length) < 0)
        {
            inner.IndexTail(buffer, from, length, ref state, index);
            return;
        }

        Walk(buffer, from, length, ref state, index);
    }

    public override void Advance(byte* bytes, int length, ref ScanState state) =>
        throw new NotSupportedException("A file with comments is not indexed.");

    private int PlainBlocks(byte* buffer, int from, int to)
    {
        var found = FindComment(buffer, from, to);
        return ((found < 0 ? to : found) - from) / Block;
    }

    // A comment character behind a line end, which may still be one between quotes.
    private int FindComment(byte* buffer, int from, int to)
    {
        for (var position = from; position < to; position++)
        {
            var next = new ReadOnlySpan<byte>(buffer + position, to - position).IndexOf(_comment);
            if (next < 0)
            {
                return -1;
            }

            position += next;
            if (IsLineStart(buffer[position - 1]))
            {
                return position;
            }
        }

        return -1;
    }

    // The byte before the first that is read of a partition is taken to be NUL.
    private static bool IsLineStart(byte before) => before is (byte)'\n' or (byte)'\r' or 0;

    private void Walk(byte* buffer, int from, int length, ref ScanState state, RecordIndex index)
    {
        var machine = state.ToState();
        var comment = state.InComment != 0;
        var afterCr = state.AfterCr != 0;
        for (var i = from; i < from + length; i++)
        {
            var value = buffer[i];
            state.Lines += value == '\r' || (value == '\n' && !afterCr) ? 1 : 0;
            state.CarriageReturns |= value == '\r' ? 1UL : 0;
            state.Escapes |= value == _quote && machine is not CsvState.FieldStart and not CsvState.AfterCr ? 1UL : 0;
            comment = comment || (value == _comment && (machine is CsvState.FieldStart or CsvState.AfterCr) && IsLineStart(buffer[i - 1]));
            if (comment && value is not (byte)'\r' and not (byte)'\n')
            {
                // As text of a field without quotes.
                machine = CsvState.Unquoted;
            }
            else
            {
                comment = false;
                Add(_machine.Step(ref machine, value), i, index);
            }

            afterCr = value == '\r';
        }

        var (lines, returns, escapes) = (state.Lines, state.CarriageReturns, state.Escapes);
        state = ScanState.From(machine);
        (state.Lines, state.CarriageReturns, state.Escapes) = (lines, returns, escapes);
        state.AfterCr = afterCr ? 1UL : 0;
        state.InComment = comment ? 1UL : 0;
    }

    private void Add(CsvEvent what, int position, RecordIndex index)
    {
        if ((what & (CsvEvent.FieldEnd | CsvEvent.RecordEnd)) != 0)
        {
            if ((what & CsvEvent.RecordEnd) != 0)
            {
                index.Rows[index.RowCount++] = index.EndCount;
            }

            index.Ends[index.EndCount++] = position;
        }

        if ((what & CsvEvent.Stray) != 0 && _strict)
        {
            index.Strays[index.StrayCount++] = position;
        }
    }
}
