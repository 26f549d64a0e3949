using System.Collections.Concurrent;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>
/// The writes of this process to one shard. Who finds the writer free runs its operation itself, without a switch of threads, and
/// then, in one transaction, everything that others queued meanwhile; who finds it taken leaves its operation and awaits it.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private const int MostPerTransaction = 64;

    // Beyond this many waiting writes a caller waits for the lock itself: the queue can't grow without bound.
    private const int MostQueued = 1024;

    // A caller serves others so long, and leaves the rest to the pool: it would not return while they keep coming.
    private const int MostTransactionsForOthers = 16;

    private readonly DatabaseFile _file;
    private readonly Func<ShardWriter> _open;
    private readonly Action<ShardWriter> _afterCommit;
    private readonly ConcurrentQueue<WriteOperation> _queue = new();
    private readonly List<WriteOperation> _batch = new(MostPerTransaction);
    private readonly Lock _lock = new();
    private ShardWriter? _writer;
    private bool _disposed;

    public WriteQueue(DatabaseFile file, Func<ShardWriter> open, Action<ShardWriter> afterCommit)
    {
        _file = file;
        _open = open;
        _afterCommit = afterCommit;
    }

    public ValueTask<bool> RunAsync(WriteOperation operation)
    {
        _queue.Enqueue(operation);
        if (_queue.Count > MostQueued)
        {
            lock (_lock)
            {
                Drain(MostTransactionsForOthers);
            }
        }

        DrainWhileFree();
        return operation.Task.IsCompletedSuccessfully
            ? ValueTask.FromResult(operation.Outcome)
            : new ValueTask<bool>(operation.Task);
    }

    /// <summary>Runs <paramref name="work"/> in a transaction of its own, on this thread.</summary>
    public T Use<T>(Func<ShardWriter, T> work) => Locked(writer =>
    {
        writer.Begin();
        try
        {
            var result = work(writer);
            writer.Commit();
            return result;
        }
        catch
        {
            writer.RollBack();
            throw;
        }
    });

    /// <summary>Runs <paramref name="work"/> outside of a transaction, on this thread, with the writer's connection.</summary>
    public T UseConnection<T>(Func<SqliteConnection, T> work) => Locked(writer => work(writer.Connection));

    public void Dispose()
    {
        lock (_lock)
        {
            Drain(int.MaxValue);
            _disposed = true;
            _writer?.Dispose();
            _writer = null;
        }

        DrainWhileFree();
    }

    private T Locked<T>(Func<ShardWriter, T> work)
    {
        try
        {
            lock (_lock)
            {
                return Attempt(work);
            }
        }
        finally
        {
            // Who found the lock taken meanwhile left an operation and went.
            DrainWhileFree();
        }
    }

    // Whoever leaves the lock looks at the queue once more: between a drain's end and its leaving the lock an operation may have
    // come that nobody else will run.
    private void DrainWhileFree()
    {
        var transactions = 0;
        while (!_queue.IsEmpty && _lock.TryEnter())
        {
            try
            {
                transactions += Drain(MostTransactionsForOthers);
            }
            finally
            {
                _lock.Exit();
            }

            if (transactions >= MostTransactionsForOthers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.DrainWhileFree(), this, preferLocal: false);
                return;
            }
        }
    }

    /// <returns>The number of transactions.</returns>
    private int Drain(int most)
    {
        var transactions = 0;
        for (; !_queue.IsEmpty && transactions < most; transactions++)
        {
            _batch.Clear();
            while (_batch.Count < MostPerTransaction && _queue.TryDequeue(out var operation))
            {
                _batch.Add(operation);
            }

            try
            {
                Attempt(RunBatch);
            }
            catch (Exception exception)
            {
                foreach (var operation in _batch)
                {
                    operation.TrySetException(exception);
                }

                continue;
            }

            foreach (var operation in _batch)
            {
                operation.TrySetResult(operation.Outcome);
            }
        }

        return transactions;
    }

    private bool RunBatch(ShardWriter writer)
    {
        writer.Begin();
        try
        {
            foreach (var operation in _batch)
            {
                operation.Execute(writer);
            }

            writer.Commit();
        }
        catch
        {
            writer.RollBack();
            throw;
        }

        _afterCommit(writer);
        return true;
    }

    private T Attempt<T>(Func<ShardWriter, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(DiskCacheStore));
        for (var attempt = 0; ; attempt++)
        {
            var generation = _file.Generation;
            try
            {
                return work(Current());
            }
            catch (SqliteFailure failure)
            {
                // After any failure the connection is opened anew: what it cached may be what failed.
                _writer?.Dispose();
                _writer = null;
                if (!failure.IsCorruption || attempt > 0)
                {
                    throw;
                }

                _file.Quarantine(generation);
            }
        }
    }

    private ShardWriter Current()
    {
        if (_writer is { } writer && writer.Generation == _file.Generation)
        {
            return writer;
        }

        _writer?.Dispose();
        _writer = null;
        return _writer = _open();
    }
}
