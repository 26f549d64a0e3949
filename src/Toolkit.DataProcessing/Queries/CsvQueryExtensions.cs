using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Toolkit.DataProcessing;

/// <summary>Results of queries whose rows outlive the call that hands them out: all but untyped ones, which <c>Select</c> turns into something else first.</summary>
public static class CsvQueryExtensions
{
    /// <summary>The number of partitions of rows that may wait for their consumer.</summary>
    private const int WaitingPartitions = 2;

    /// <summary>All rows, in the order of the input.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static async Task<CsvResult<List<T>>> ToListAsync<T>(this CsvQuery<T> query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var all = new List<T>();
        var job = new CollectJob<T>(query.Step, all.AddRange);
        var result = await query.Options.Backend.RunAsync(query.Source, job, query.Options, cancellationToken).ConfigureAwait(false);
        return new CsvResult<List<T>>(all, result.Report);
    }

    /// <summary>The distinct rows by their type's default equality, in the order in which they first come in the input.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static async Task<CsvResult<List<T>>> DistinctAsync<T>(this CsvQuery<T> query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        using var groups = await query.GroupBy(static row => row).AggregateAsync(static a => a.Count(), cancellationToken).ConfigureAwait(false);
        return new CsvResult<List<T>>([.. groups.Select(static group => group.Key)], groups.Report);
    }

    /// <summary>
    /// All rows, one after the other, in the order of the input. Workers run ahead of the consumer by a bounded number of
    /// partitions; leaving the loop early stops them.
    /// </summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static async IAsyncEnumerable<T> ToAsyncEnumerable<T>(this CsvQuery<T> query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var room = new SemaphoreSlim(WaitingPartitions);
        var channel = Channel.CreateUnbounded<List<T>>(new UnboundedChannelOptions { SingleReader = true });
        var job = new CollectJob<T>(query.Step, rows =>
        {
            // On a worker's own thread: nothing of the pool is blocked.
            room.Wait(stop.Token);
            channel.Writer.TryWrite(rows);
        });
        var run = RunAsync();
        try
        {
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var rows))
                {
                    room.Release();
                    foreach (var row in rows)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        yield return row;
                    }
                }
            }

            await run.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task RunAsync()
        {
            try
            {
                await query.Options.Backend.RunAsync(query.Source, job, query.Options, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                channel.Writer.Complete();
            }
        }
    }

    /// <summary>
    /// Calls <paramref name="action"/> for the rows of each partition, at most as many at once as there are workers, begun in
    /// the order of the input. When all are busy, reading waits. The first that fails stops the run.
    /// </summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="action">Gets the rows of one partition, in order; called on the thread pool.</param>
    /// <param name="cancellationToken">Stops the run, and is handed on; one that is cancelled already prevents it.</param>
    /// <returns>What the run did, once the last call has ended.</returns>
    public static async Task<RunReport> ForEachPartitionAsync<T>(this CsvQuery<T> query, Func<IReadOnlyList<T>, CancellationToken, ValueTask> action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(action);
        var calls = new PartitionCalls<T>(action, query.Options.EffectiveWorkers, cancellationToken);
        await using var disposal = calls.ConfigureAwait(false);
        var job = new CollectJob<T>(query.Step, calls.Start);
        try
        {
            var result = await query.Options.Backend.RunAsync(query.Source, job, query.Options, calls.Token).ConfigureAwait(false);
            await calls.CompleteAsync().ConfigureAwait(false);
            return result.Report;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A call failed and stopped the run: its error is the one that counts.
            await calls.CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }
}
