using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>The least value; of equal ones the first.</summary>
internal struct MinState<T> : IAggregateState<MinState<T>, T, T?>
{
    private bool _any;
    private T? _value;

    public readonly T? Result => _value;

    public void Add(T value)
    {
        if (!_any || Comparer<T>.Default.Compare(value, _value!) < 0)
        {
            _any = true;
            _value = value;
        }
    }

    public void Merge(in MinState<T> later)
    {
        if (later._any)
        {
            Add(later._value!);
        }
    }

    public static bool CanWrite => StateCodecs.Find<T>() is not null;

    public static void Write(in MinState<T> state, IBufferWriter<byte> output)
    {
        output.WriteFlag(state._any);
        if (state._any)
        {
            output.WriteBlock(StateCodecs.Find<T>()!, state._value!);
        }
    }

    public static MinState<T> Read(ref StateReader reader) =>
        reader.ReadFlag() ? new MinState<T> { _any = true, _value = StateCodecs.Find<T>()!.Read(reader.ReadBlock()) } : default;
}
