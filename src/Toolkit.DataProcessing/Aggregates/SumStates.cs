namespace Toolkit.DataProcessing;

/// <summary>
/// A compensated sum: what an addition loses is kept and added at the end (Neumaier, "Rundungsfehleranalyse einiger Verfahren
/// zur Summation endlicher Summen", 1974).
/// </summary>
internal struct DoubleSumState : IAggregateState<DoubleSumState, double, double>
{
    private double _sum;
    private double _lost;

    public readonly double Result => double.IsFinite(_sum) ? _sum + _lost : _sum;

    public void Add(double value)
    {
        // Knuth's two-sum: the same loss as Neumaier's, without his branch on which of the two is larger.
        var sum = _sum + value;
        var part = sum - _sum;
        _lost += (_sum - (sum - part)) + (value - part);
        _sum = sum;
    }

    public void Merge(in DoubleSumState later)
    {
        Add(later._sum);
        _lost += later._lost;
    }
}

/// <summary>A sum of integers; beyond the range it throws.</summary>
internal struct LongSumState : IAggregateState<LongSumState, long, long>
{
    private long _sum;

    public readonly long Result => _sum;

    public void Add(long value) => _sum = checked(_sum + value);

    public void Merge(in LongSumState later) => Add(later._sum);
}

internal struct DecimalSumState : IAggregateState<DecimalSumState, decimal, decimal>
{
    private decimal _sum;

    public readonly decimal Result => _sum;

    public void Add(decimal value) => _sum += value;

    public void Merge(in DecimalSumState later) => Add(later._sum);
}
