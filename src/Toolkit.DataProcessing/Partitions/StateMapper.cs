using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Maps stretches of an input. All five states start out together; they fall together within a few bytes, nearly always to
/// two (between quotes and not), and each state that is left takes the vector kernel over the rest.
/// </summary>
internal sealed unsafe class StateMapper(IndexKernel kernel, CsvDialect dialect) : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private const int SlowBytes = 128;

    private readonly CsvStateMachine _machine = new(dialect);
    private byte* _buffer;

    public StateMap Map(CsvInput input, long from, long to, CancellationToken cancellationToken)
    {
        if (_buffer == null)
        {
            _buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        }

        Span<CsvState> states = [CsvState.FieldStart, CsvState.AfterCr, CsvState.Unquoted, CsvState.Quoted, CsvState.QuoteInQuoted];
        for (var offset = from; offset < to;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = input.Read(new Span<byte>(_buffer, (int)Math.Min(BufferBytes, to - offset)), offset);
            if (count == 0)
            {
                break;
            }

            Step(states, count);
            offset += count;
        }

        return new StateMap(states.ToArray());
    }

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
    }

    private void Step(Span<CsvState> states, int count)
    {
        var slow = Math.Min(count, SlowBytes);
        Span<CsvState> behind = stackalloc CsvState[StateMap.States];
        Span<bool> done = stackalloc bool[StateMap.States];
        done.Clear();
        for (var i = 0; i < states.Length; i++)
        {
            for (var b = 0; b < slow; b++)
            {
                _machine.Step(ref states[i], _buffer[b]);
            }
        }

        for (var i = 0; i < states.Length; i++)
        {
            var state = states[i];
            if (!done[(int)state])
            {
                var scan = ScanState.From(state);
                kernel.Advance(_buffer + slow, count - slow, ref scan);
                behind[(int)state] = scan.ToState();
                done[(int)state] = true;
            }

            states[i] = behind[(int)state];
        }
    }
}
