using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Tests.Memory;

public class Holder
{
    [Memoize]
    public byte Fill(int n) => (byte)n;
}

public class MemoryTests
{
    [Fact]
    public void Instance_Collected_FreesItsCacheAndKeepsItsCounts()
    {
        var before = Memo.Holder.Fill.Info();
        var reference = FillAndForget();
        for (var i = 0; i < 20 && reference.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(reference.IsAlive);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var after = Memo.Holder.Fill.Info();
        Assert.Equal(0, after.Count);
        Assert.Equal(before.Hits + 10, after.Hits);
        Assert.Equal(before.Misses + 10, after.Misses);
    }

    [Fact]
    public void Hits_OfManyThreads_AreCountedExactly()
    {
        Assert.Equal(1, Counted.Exactly(1));
        var threads = Enumerable.Range(0, 8).Select(static _ => new Thread(static () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Counted.Exactly(1);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        Assert.Equal(160_000, Memo.Counted.Exactly.Info().Hits);
    }

    [Fact]
    public async Task Hit_Allocates_Nothing()
    {
        Counted.One(2);
        Counted.Text(2, "x");
        Counted.Maybe(2, 3);
        await Counted.LaterAsync(2);
        await Counted.SoonAsync(2);
        Hit();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var completed = Hit();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(completed);

        // No assertion inside: assertions allocate.
        static bool Hit()
        {
            var completed = true;
            for (var i = 0; i < 1000; i++)
            {
                Counted.One(2);
                Counted.Text(2, "x");
                Counted.Maybe(2, 3);
                completed &= Counted.LaterAsync(2).IsCompletedSuccessfully;
#pragma warning disable CA2012 // Completed already: what the test shows.
                completed &= Counted.SoonAsync(2).IsCompletedSuccessfully;
#pragma warning restore CA2012
            }

            return completed;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FillAndForget()
    {
        var holder = new Holder();
        for (var i = 0; i < 10; i++)
        {
            holder.Fill(i);
            holder.Fill(i);
        }

        return new WeakReference(holder);
    }
}

public static class Counted
{
    [Memoize]
    public static int One(int n) => n;

    [Memoize]
    public static int Exactly(int n) => n;

    [Memoize]
    public static int Text(int n, string text) => n + text.Length;

    [Memoize]
    public static int Maybe(double? number, int? other) => (int)(number ?? 0) + (other ?? 0);

    [Memoize]
    public static async Task<int> LaterAsync(int n)
    {
        await Task.Yield();
        return n;
    }

    [Memoize]
    public static async ValueTask<int> SoonAsync(int n)
    {
        await Task.Yield();
        return n;
    }
}
