namespace Toolkit.Caching.Tests.Flights;

/// <summary>Computations that wait for the test.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public Task Started => _started.Task;

    public int Calls => Volatile.Read(ref _calls);

    public CancellationToken Token { get; private set; }

    public void Open() => _open.TrySetResult();

    public void Break() => _open.TrySetException(new InvalidOperationException("broken"));

    public async Task PassAsync(CancellationToken cancellationToken = default)
    {
        Token = cancellationToken;
        Interlocked.Increment(ref _calls);
        _started.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
    }
}

public class Gated(Gate gate)
{
    [Memoize]
    public async Task<int> GetAsync(int n, CancellationToken cancellationToken = default)
    {
        await gate.PassAsync(cancellationToken);
        return n;
    }

    [Memoize(Tags = ["gated:{n}"])]
    public async Task<int> TaggedAsync(int n)
    {
        await gate.PassAsync();
        return n;
    }

    [Memoize]
    public int Get(int n)
    {
        gate.PassAsync().GetAwaiter().GetResult();
        return n;
    }
}

public class Circles(Gate first, Gate second)
{
    [Memoize]
    public async Task<int> SelfAsync(int n, [CacheIgnore] int depth) => depth == 0 ? n : await SelfAsync(n, depth - 1) + 1;

    [Memoize]
    public int Self(int n, [CacheIgnore] int depth) => depth == 0 ? n : Self(n, depth - 1) + 1;

    [Memoize]
    public async Task<int> AAsync(int n, [CacheIgnore] int depth)
    {
        await first.PassAsync();
        return n + (depth > 0 ? await BAsync(n, depth - 1) : 0);
    }

    [Memoize]
    public async Task<int> BAsync(int n, [CacheIgnore] int depth)
    {
        await second.PassAsync();
        return n + (depth > 0 ? await AAsync(n, depth - 1) : 0);
    }
}
