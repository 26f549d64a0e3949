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
        for (var i = 0; i < 20 && reference.TryGetTarget(out _); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(reference.TryGetTarget(out _));
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
        Assert.Equal(1, Counted.One(1));
        var threads = Enumerable.Range(0, 8).Select(static _ => new Thread(static () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Counted.One(1);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        Assert.Equal(160_000, Memo.Counted.One.Info().Hits);
    }

    [Fact]
    public async Task Hit_Allocates_Nothing()
    {
        Counted.One(2);
        Counted.Text(2, "x");
        await Counted.LaterAsync(2);
        await Counted.SoonAsync(2);
        Hit();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Hit();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Hit()
        {
            for (var i = 0; i < 1000; i++)
            {
                Counted.One(2);
                Counted.Text(2, "x");
                Assert.True(Counted.LaterAsync(2).IsCompletedSuccessfully);
#pragma warning disable CA2012 // Completed already: what the test shows.
                Assert.Equal(2, Counted.SoonAsync(2).GetAwaiter().GetResult());
#pragma warning restore CA2012
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<Holder> FillAndForget()
    {
        var holder = new Holder();
        for (var i = 0; i < 10; i++)
        {
            holder.Fill(i);
            holder.Fill(i);
        }

        return new WeakReference<Holder>(holder);
    }
}

public static class Counted
{
    [Memoize]
    public static int One(int n) => n;

    [Memoize]
    public static int Text(int n, string text) => n + text.Length;

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
