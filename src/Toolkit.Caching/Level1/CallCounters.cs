using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Level1;

/// <summary>
/// Exact counters that cost a call no shared memory: each thread counts in a block of its own, a cell a cache, and a reader
/// adds the blocks up. The block of a thread that has ended goes, with its counts, to the next thread that starts.
/// </summary>
internal static class CallCounters
{
    private static readonly Lock Gate = new();
    private static readonly List<Block> Blocks = [];
    private static readonly Stack<Block> Ownerless = new();
    private static readonly Stack<int> FreeCells = new();
    private static int s_cells;

    [ThreadStatic]
    private static long[]? t_counts;

    [ThreadStatic]
    private static Lease? t_lease;

    /// <summary>A cell for a new cache; <see cref="Release"/> it when the cache is gone.</summary>
    public static int Allocate()
    {
        lock (Gate)
        {
            return FreeCells.Count > 0 ? FreeCells.Pop() : s_cells++;
        }
    }

    public static void Release(int cell)
    {
        lock (Gate)
        {
            foreach (var block in Blocks)
            {
                if (cell < block.Counts.Length)
                {
                    block.Counts[cell] = 0;
                }
            }

            FreeCells.Push(cell);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Increment(int cell)
    {
        var counts = t_counts;
        if (counts is not null && (uint)cell < (uint)counts.Length)
        {
            counts[cell]++;
        }
        else
        {
            IncrementSlow(cell);
        }
    }

    /// <summary>The sum over all threads: every increment that happened before, and maybe some that happen meanwhile.</summary>
    public static long Sum(int cell)
    {
        lock (Gate)
        {
            long sum = 0;
            foreach (var block in Blocks)
            {
                var counts = block.Counts;
                sum += cell < counts.Length ? Volatile.Read(ref counts[cell]) : 0;
            }

            return sum;
        }
    }

    private static void IncrementSlow(int cell)
    {
        lock (Gate)
        {
            var block = (t_lease ??= new Lease(TakeBlock())).Block;
            if (cell >= block.Counts.Length)
            {
                // Only this thread writes to the block, so that copying it under the lock loses nothing.
                var larger = new long[Math.Max(Math.Max(s_cells, cell + 1) + 32, 2 * block.Counts.Length)];
                block.Counts.CopyTo(larger, 0);
                block.Counts = larger;
            }

            t_counts = block.Counts;
            t_counts[cell]++;
        }
    }

    private static Block TakeBlock()
    {
        if (Ownerless.TryPop(out var block))
        {
            return block;
        }

        block = new Block();
        Blocks.Add(block);
        return block;
    }

    private sealed class Block
    {
        public long[] Counts = [];
    }

    // Reachable from its thread alone, so that it is finalized when the thread has ended.
    private sealed class Lease(Block block)
    {
        public Block Block { get; } = block;

        ~Lease()
        {
            lock (Gate)
            {
                Ownerless.Push(Block);
            }
        }
    }
}
