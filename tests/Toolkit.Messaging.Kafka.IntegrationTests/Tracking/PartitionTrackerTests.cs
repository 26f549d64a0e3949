using CsCheck;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Tracking;

/// <summary>The watermark against a slow model that keeps every offset with its state.</summary>
public sealed class PartitionTrackerTests
{
    [Fact]
    public void Position_RandomCompletionsAndCrashes_NeverPassesAnUnsettledMessageAndNeverGoesBack()
    {
        // A step: 0 to 4 fetch so many messages, above that settle one of those in flight; each assignment ends with a crash.
        var steps = Gen.Int[0, 12].Array[1, 200];
        Gen.Select(steps.Array[1, 6], Gen.Int[1, 3].Array[64], Gen.Int).Sample((assignments, gaps, seed) =>
        {
            var random = new Random(seed);
            var committed = 0L;
            var handled = new HashSet<long>();
            var log = Log(gaps, 400);
            foreach (var assignment in assignments)
            {
                committed = RunAssignment(assignment, log, committed, handled, random);
            }

            // What is below the commit was handled: a crash has lost nothing.
            Assert.All(log.Where(offset => offset < committed), offset => Assert.Contains(offset, handled));
        });
    }

    [Fact]
    public void Settle_AfterClose_IsRefusedAndMovesNothing()
    {
        var tracker = new PartitionTracker();
        var first = tracker.Track(10);
        var second = tracker.Track(11);
        tracker.Deliver();
        tracker.Deliver();
        Assert.True(tracker.Settle(first));

        Assert.Equal(1, tracker.Close());

        Assert.False(tracker.Settle(second));
        Assert.False(tracker.GiveBack());
        Assert.False(tracker.Deliver());
        Assert.Equal(11, tracker.Position);
    }

    [Fact]
    public void Position_AllSettled_IsBehindTheLastOne()
    {
        var tracker = new PartitionTracker();
        Assert.Null(tracker.Position);
        var numbers = new[] { 5L, 7L, 20L }.Select(tracker.Track).ToArray();
        Assert.Equal(5, tracker.Position);
        Assert.Null(tracker.SettledPosition);

        tracker.Settle(numbers[2]);
        Assert.Equal(5, tracker.Position);
        tracker.Settle(numbers[0]);
        Assert.Equal(7, tracker.Position);
        tracker.Settle(numbers[1]);

        Assert.Equal(21, tracker.Position);
        Assert.Equal(0, tracker.Gap);
        Assert.True(tracker.TryTakePosition(out var position));
        Assert.Equal(21, position);
        Assert.False(tracker.TryTakePosition(out _));
    }

    [Fact]
    public async Task Settle_FromManyThreads_EndsBehindTheLastOne()
    {
        var tracker = new PartitionTracker();
        const int Count = 100_000;
        var numbers = Enumerable.Range(0, Count).Select(offset => tracker.Track(offset)).ToArray();
        for (var i = 0; i < Count; i++)
        {
            tracker.Deliver();
        }

        Random.Shared.Shuffle(numbers);
        await Parallel.ForEachAsync(numbers, (number, _) =>
        {
            tracker.Settle(number);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(Count, tracker.Position);
        Assert.Equal(0, tracker.Close());
    }

    // Offsets with gaps, as compaction and transactions leave them.
    private static long[] Log(int[] gaps, int count)
    {
        var log = new long[count];
        for (var i = 1; i < count; i++)
        {
            log[i] = log[i - 1] + gaps[i % gaps.Length];
        }

        return log;
    }

    private static long RunAssignment(int[] steps, long[] log, long committed, HashSet<long> handled, Random random)
    {
        var tracker = new PartitionTracker();
        var next = Array.FindIndex(log, offset => offset >= committed);
        var open = new List<(long Offset, long Number)>();
        foreach (var step in steps)
        {
            for (var i = 0; i < step && step <= 4 && next >= 0 && next < log.Length; i++)
            {
                open.Add((log[next], tracker.Track(log[next])));
                Assert.True(tracker.Deliver());
                next++;
            }

            if (step > 4 && open.Count > 0)
            {
                var index = random.Next(open.Count);
                handled.Add(open[index].Offset);
                Assert.True(tracker.Settle(open[index].Number));
                open.RemoveAt(index);
            }

            if (tracker.Position is { } position && open.Count > 0)
            {
                Assert.Equal(open.Min(static item => item.Offset), position);
            }

            if (random.Next(4) == 0 && tracker.TryTakePosition(out var moved))
            {
                Assert.True(moved > committed, $"{moved} is not above {committed}");
                committed = moved;
            }
        }

        Assert.Equal(open.Count, tracker.Close());
        return committed;
    }
}
