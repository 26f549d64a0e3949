using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

/// <summary>What a run took its time for, by a clock that only the code under it moves.</summary>
public sealed partial class RunTimesTests
{
    private const int Rows = 1000;
    private static readonly TimeSpan s_forAValue = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan s_forACall = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_forARead = TimeSpan.FromMilliseconds(7);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_OfTypedRows_TellsParsingFromTheCallersCode()
    {
        var clock = new StepClock();
        var query = Scan<Slow>(clock).Where(row => clock.Takes(s_forACall));

        var report = (await query.AggregateAsync(a => a.Count(), Token)).Report;
        var groups = (await query.GroupBy(row => row.Value).AggregateAsync(a => a.Count(), Token)).Report;
        var list = (await query.ToListAsync(Token)).Report;

        foreach (var each in (RunReport[])[report, groups, list])
        {
            Assert.Equal(Rows * s_forAValue, each.ParseTime);
            Assert.Equal(Rows * s_forACall, each.CallerTime);
            Assert.Equal(each.ParseTime + each.CallerTime, each.WorkTime);
            Assert.True(each.ReadTime >= s_forARead, $"{each.ReadTime}");
            Assert.True(each.Elapsed >= each.ReadTime + each.WorkTime, $"{each.Elapsed}");
        }
    }

    [Fact]
    public async Task Report_OfASelection_TellsParsingFromTheCallersCode()
    {
        var clock = new StepClock();
        var query = Scan<Slow>(clock).Select(row => (row.Value, clock.Takes(s_forACall))).Where(row => row.Value % 2 == 0).Select(row => row.Value);

        var sum = await query.AggregateAsync(a => a.Sum(value => value), Token);
        var values = await query.ToListAsync(Token);

        Assert.Equal(Enumerable.Range(0, Rows).Where(i => i % 2 == 0), values.Value);
        Assert.Equal(values.Value.Sum(), sum.Value);
        Assert.Equal((Rows * s_forAValue, Rows * s_forACall), (sum.Report.ParseTime, sum.Report.CallerTime));
        Assert.Equal((Rows * s_forAValue, Rows * s_forACall), (values.Report.ParseTime, values.Report.CallerTime));
    }

    [Fact]
    public async Task Report_OfUntypedRows_CountsTheirValuesAsTheCallersCode()
    {
        var clock = new StepClock();
        var report = (await Csv.Scan(Source(clock)).With(Options(clock)).Where(row => row.GetInt32(0) >= 0 && clock.Takes(s_forACall)).AggregateAsync(a => a.Count(), Token)).Report;

        Assert.Equal(TimeSpan.Zero, report.ParseTime);
        Assert.Equal((Rows * s_forACall, Rows * s_forACall), (report.CallerTime, report.WorkTime));
    }

    [Fact]
    public async Task GroupBy_ColumnOfASelection_KeepsEachRowsKey()
    {
        // Keys are noted where records are parsed, and must follow the rows through two selections and a filter.
        var clock = new StepClock();
        var expected = Enumerable.Range(0, Rows).Where(i => i % 3 != 0).Select(i => ($"{i}", (2 * i) + 1L));
        var groups = await Scan<Slow>(clock).Select(row => row.Value * 2).Where(value => value % 3 != 0).Select(value => value + 1L)
            .GroupBy("value").AggregateAsync(a => a.Sum(value => value), Token);

        Assert.Equal(expected, groups.Select(g => (g.Key, g.Value)));
    }

    private static CsvQuery<T> Scan<T>(StepClock clock)
        where T : ICsvRecord<T> => Csv.Scan<T>(Source(clock)).With(Options(clock));

    // One worker, or one would be in the other's time.
    private static RunOptions Options(StepClock clock) => new() { Workers = 1, TimeProvider = clock, PartitionBytes = 1500 };

    private static CsvSource Source(StepClock clock) => new([new SlowInput(clock)], new CsvOptions());

    [CsvRecord]
    internal readonly partial record struct Slow([CsvColumn("value", Parser = typeof(SlowParser))] int Value);

    internal sealed class SlowParser : ICsvFieldParser<int>
    {
        public static bool TryParse(ReadOnlySpan<byte> field, out int value)
        {
            StepClock.Current.Takes(s_forAValue);
            return int.TryParse(field, out value);
        }
    }

    private sealed class SlowInput(StepClock clock) : CsvInputSource
    {
        private static readonly byte[] s_text = Encoding.UTF8.GetBytes("value,more\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => $"{i},x\n")));

        public override string Name => "slow";

        public override long Length => s_text.Length;

        public override CsvInput Open() => new Input(clock);

        private sealed class Input(StepClock clock) : CsvInput
        {
            public override string Name => "slow";

            public override long Length => s_text.Length;

            public override int Read(Span<byte> target, long offset)
            {
                StepClock.Current = clock;
                clock.Takes(s_forARead);
                var rest = s_text.AsSpan((int)Math.Min(offset, s_text.Length));
                var count = Math.Min(rest.Length, target.Length);
                rest[..count].CopyTo(target);
                return count;
            }

            protected override void Dispose(bool disposing)
            {
            }
        }
    }

    /// <summary>A clock that stands still but for what says that it takes time.</summary>
    private sealed class StepClock : TimeProvider
    {
        [ThreadStatic]
        private static StepClock? s_current;
        private long _ticks;

        public static StepClock Current
        {
            get => s_current!;
            set => s_current = value;
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public bool Takes(TimeSpan time)
        {
            Interlocked.Add(ref _ticks, time.Ticks);
            return true;
        }
    }
}
