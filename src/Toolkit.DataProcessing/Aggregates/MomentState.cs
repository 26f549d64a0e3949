namespace Toolkit.DataProcessing;

/// <summary>The mean by a compensated sum; NaN of no row.</summary>
internal struct MeanState : IAggregateState<MeanState, double, double>
{
    private DoubleSumState _sum;
    private long _count;

    public readonly double Result => _sum.Result / _count;

    public void Add(double value)
    {
        _sum.Add(value);
        _count++;
    }

    public void Merge(in MeanState later)
    {
        _sum.Merge(in later._sum);
        _count += later._count;
    }
}

/// <summary>
/// The variance of a sample, without the cancellation of sums of squares (Welford, 1962); two states merge by the formula of
/// Chan, Golub and LeVeque (1979). NaN of fewer than two rows.
/// </summary>
internal struct VarianceState : IAggregateState<VarianceState, double, double>
{
    private long _count;
    private double _mean;
    private double _squares;

    public readonly double Result => _count < 2 ? double.NaN : _squares / (_count - 1);

    public void Add(double value)
    {
        _count++;
        var distance = value - _mean;
        _mean += distance / _count;
        _squares += distance * (value - _mean);
    }

    public void Merge(in VarianceState later)
    {
        if (later._count == 0)
        {
            return;
        }

        if (_count == 0)
        {
            this = later;
            return;
        }

        var total = _count + later._count;
        var distance = later._mean - _mean;
        _mean += distance * later._count / total;
        _squares += later._squares + distance * distance * ((double)_count * later._count / total);
        _count = total;
    }
}
