using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>
/// Quantiles with a relative error of at most one percent: values are counted in buckets whose bounds grow by a constant
/// factor (DDSketch: Masson, Rim and Lee, 2019). Counts add up, so merging loses nothing and its order does not matter.
/// </summary>
internal sealed class QuantileSketch
{
    private const double Error = 0.01;

    /// <summary>What a sketch takes about, for the budget: some forty buckets. Values over many powers of ten take more.</summary>
    public const int GuessedBytes = 4096;

    private static readonly double s_growth = (1 + Error) / (1 - Error);
    private static readonly double s_logGrowth = Math.Log(s_growth);

    private readonly SortedDictionary<int, long> _negative = [];
    private readonly SortedDictionary<int, long> _positive = [];
    private long _zeros;
    private long _count;

    /// <summary>Adds a value; NaN is none.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        _count++;
        if (value == 0)
        {
            _zeros++;
            return;
        }

        Increase(value < 0 ? _negative : _positive, Bucket(Math.Abs(value)), 1);
    }

    public void Merge(QuantileSketch other)
    {
        _count += other._count;
        _zeros += other._zeros;
        foreach (var (bucket, count) in other._negative)
        {
            Increase(_negative, bucket, count);
        }

        foreach (var (bucket, count) in other._positive)
        {
            Increase(_positive, bucket, count);
        }
    }

    public double Quantile(double fraction)
    {
        if (_count == 0)
        {
            return double.NaN;
        }

        var rank = (long)(fraction * (_count - 1));
        foreach (var (bucket, count) in _negative.Reverse())
        {
            if ((rank -= count) < 0)
            {
                return -Middle(bucket);
            }
        }

        if ((rank -= _zeros) < 0)
        {
            return 0;
        }

        foreach (var (bucket, count) in _positive)
        {
            if ((rank -= count) < 0)
            {
                return Middle(bucket);
            }
        }

        return double.NaN;
    }

    private static int Bucket(double magnitude) =>
        double.IsInfinity(magnitude) ? int.MaxValue : (int)Math.Ceiling(Math.Log(magnitude) / s_logGrowth);

    private static double Middle(int bucket) =>
        bucket == int.MaxValue ? double.PositiveInfinity : Math.Min(double.MaxValue, 2 / (s_growth + 1) * Math.Exp(bucket * s_logGrowth));

    private static void Increase(SortedDictionary<int, long> counts, int bucket, long by) =>
        counts[bucket] = counts.GetValueOrDefault(bucket) + by;

    internal sealed class Codec : IStateCodec<QuantileSketch>
    {
        public void Write(QuantileSketch value, IBufferWriter<byte> output)
        {
            output.WriteInt64(value._zeros);
            output.WriteInt64(value._count);
            WriteCounts(value._negative, output);
            WriteCounts(value._positive, output);
        }

        public QuantileSketch Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new StateReader(bytes);
            var sketch = new QuantileSketch { _zeros = reader.ReadInt64(), _count = reader.ReadInt64() };
            ReadCounts(sketch._negative, ref reader);
            ReadCounts(sketch._positive, ref reader);
            return sketch;
        }

        private static void WriteCounts(SortedDictionary<int, long> counts, IBufferWriter<byte> output)
        {
            output.WriteInt32(counts.Count);
            foreach (var (bucket, count) in counts)
            {
                output.WriteInt32(bucket);
                output.WriteInt64(count);
            }
        }

        private static void ReadCounts(SortedDictionary<int, long> counts, ref StateReader reader)
        {
            for (var rest = reader.ReadInt32(); rest > 0; rest--)
            {
                counts[reader.ReadInt32()] = reader.ReadInt64();
            }
        }
    }
}
