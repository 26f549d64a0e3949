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

    public override void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> map)
    {
        var states = ((StateColumn<TRow, TValue, TState, TResult>)from)._states;
        for (var i = 0; i < map.Length; i++)
        {
            _states[map[i]].Merge(in states[i]);
        }
    }

    public override int StateBytes => RuntimeHelpers.IsReferenceOrContainsReferences<TState>() ? -1 : Unsafe.SizeOf<TState>();

    public override void Write(int group, Span<byte> target) => Unsafe.WriteUnaligned(ref target[0], _states[group]);

    public override void MergeWritten(int group, ReadOnlySpan<byte> bytes)
    {
        var state = Unsafe.ReadUnaligned<TState>(in bytes[0]);
        _states[group].Merge(in state);
    }

    public override void Clear(int groups) => Array.Clear(_states, 0, Math.Min(groups, _states.Length));

    public override TResult Result(int group) => _states[group].Result;
}
