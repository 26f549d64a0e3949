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
}

/// <summary>The greatest value; of equal ones the first.</summary>
internal struct MaxState<T> : IAggregateState<MaxState<T>, T, T?>
{
    private bool _any;
    private T? _value;

    public readonly T? Result => _value;

    public void Add(T value)
    {
        if (!_any || Comparer<T>.Default.Compare(value, _value!) > 0)
        {
            _any = true;
            _value = value;
        }
    }

    public void Merge(in MaxState<T> later)
    {
        if (later._any)
        {
            Add(later._value!);
        }
    }
}
