using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>States that are objects, or anything that the caller's delegates make, add to and merge.</summary>
internal sealed class FoldColumn<TRow, TState, TResult>(Func<TState> create, Func<TState, TRow, TState> add, Func<TState, TState, TState> merge, Func<TState, TResult> result, IStateCodec<TState>? codec, int stateBytes) : AggregateColumn<TRow, TResult>
    where TRow : allows ref struct
{
    /// <summary>What an object takes besides its reference is not known: a guess, for the budget.</summary>
    public const int GuessedBytes = 64;

    private (bool Any, TState State)[] _states = new (bool, TState)[1];

    public override long Bytes => (long)_states.Length * stateBytes;

    public override bool CanWrite => codec is not null;

    public override void Resize(int groups)
    {
        if (groups > _states.Length)
        {
            Array.Resize(ref _states, groups);
        }
    }

    public override void Add(int group, TRow row)
    {
        ref var entry = ref _states[group];
        entry = (true, add(entry.Any ? entry.State : create(), row));
    }

    public override void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> groups, ReadOnlySpan<int> map)
    {
        var states = ((FoldColumn<TRow, TState, TResult>)from)._states;
        for (var i = 0; i < map.Length; i++)
        {
            ref readonly var later = ref states[groups[i]];
            if (later.Any)
            {
                ref var entry = ref _states[map[i]];
                entry = (true, entry.Any ? merge(entry.State, later.State) : later.State);
            }
        }
    }

    public override void Write(int group, IBufferWriter<byte> output)
    {
        var (any, state) = _states[group];
        output.WriteFlag(any);
        if (any)
        {
            output.WriteBlock(codec!, state);
        }
    }

    public override void MergeWritten(int group, ref StateReader reader)
    {
        if (reader.ReadFlag())
        {
            var state = codec!.Read(reader.ReadBlock());
            ref var entry = ref _states[group];
            entry = (true, entry.Any ? merge(entry.State, state) : state);
        }
    }

    public override void Clear(int groups) => Array.Clear(_states, 0, Math.Min(groups, _states.Length));

    public override TResult Result(int group) => result(_states[group].Any ? _states[group].State : create());
}
