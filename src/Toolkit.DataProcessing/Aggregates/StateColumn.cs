using System.Buffers;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>States in an array: a value is selected from the row and added.</summary>
internal sealed class StateColumn<TRow, TValue, TState, TResult>(Func<TRow, TValue> selector) : AggregateColumn<TRow, TResult>
    where TRow : allows ref struct
    where TState : struct, IAggregateState<TState, TValue, TResult>
{
    private TState[] _states = new TState[1];

    public override long Bytes => (long)_states.Length * Unsafe.SizeOf<TState>();

    public override void Resize(int groups)
    {
        if (groups > _states.Length)
        {
            Array.Resize(ref _states, groups);
        }
    }

    public override void Add(int group, TRow row) => _states[group].Add(selector(row));

    public override void AddBatch(ReadOnlySpan<int> groups, ref byte rows)
    {
        ref var row = ref Unsafe.As<byte, TRow>(ref rows);
        var states = _states;
        for (var i = 0; i < groups.Length; i++)
        {
            states[groups[i]].Add(selector(Unsafe.Add(ref row, i)));
        }
    }

    public override void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> groups, ReadOnlySpan<int> map)
    {
        var states = ((StateColumn<TRow, TValue, TState, TResult>)from)._states;
        for (var i = 0; i < map.Length; i++)
        {
            _states[map[i]].Merge(in states[groups[i]]);
        }
    }

    public override bool CanWrite => TState.CanWrite;

    public override void Write(int group, IBufferWriter<byte> output) => TState.Write(in _states[group], output);

    public override void MergeWritten(int group, ref StateReader reader)
    {
        var state = TState.Read(ref reader);
        _states[group].Merge(in state);
    }

    public override void Clear(int groups) => Array.Clear(_states, 0, Math.Min(groups, _states.Length));

    public override TResult Result(int group) => _states[group].Result;
}
