namespace Toolkit.Async.Tests;

/// <summary>What a lock is supposed to do, as simply as it can be said: who holds a key, and who waits for it.</summary>
internal sealed class LockModel(int maxPerKey, bool hasReaders)
{
    private readonly Dictionary<int, KeyState> _keys = [];

    public int ActiveKeys => _keys.Count(pair => pair.Value.Holders.Count + pair.Value.Waiting.Count > 0);

    public void Acquire(ModelRequest request)
    {
        var key = Key(request.Key);
        key.Waiting.Add(request);
        Grant(key);
    }

    /// <summary>Whether it would be granted at once, now.</summary>
    public bool WouldGrant(int key, bool isWriter)
    {
        var state = Key(key);
        return hasReaders
            ? isWriter ? state.Holders.Count == 0 : !state.Holders.Exists(holder => holder.IsWriter) && !state.Waiting.Exists(waiting => waiting.IsWriter)
            : state.Holders.Count < maxPerKey;
    }

    public void Withdraw(ModelRequest request)
    {
        var key = Key(request.Key);
        key.Waiting.Remove(request);
        request.State = ModelState.Refused;
        Grant(key);
    }

    public void Release(ModelRequest request)
    {
        var key = Key(request.Key);
        key.Holders.Remove(request);
        request.State = ModelState.Released;
        Grant(key);
    }

    private KeyState Key(int key) => _keys.TryGetValue(key, out var state) ? state : _keys[key] = new KeyState();

    private void Grant(KeyState key)
    {
        while (Next(key) is { } next)
        {
            key.Waiting.Remove(next);
            key.Holders.Add(next);
            next.State = ModelState.Held;
        }
    }

    private ModelRequest? Next(KeyState key)
    {
        if (!hasReaders)
        {
            return key.Holders.Count < maxPerKey ? key.Waiting.FirstOrDefault() : null;
        }

        // Writers first, one at a time; readers only while no writer holds or waits.
        var writer = key.Waiting.Find(waiting => waiting.IsWriter);
        return writer is not null
            ? key.Holders.Count == 0 ? writer : null
            : key.Holders.Exists(holder => holder.IsWriter) ? null : key.Waiting.FirstOrDefault();
    }

    private sealed class KeyState
    {
        public List<ModelRequest> Holders { get; } = [];

        public List<ModelRequest> Waiting { get; } = [];
    }
}

internal enum ModelState
{
    Waiting,
    Held,
    Refused,
    Released,
}

internal sealed class ModelRequest
{
    public required int Key { get; init; }

    public required bool IsWriter { get; init; }

    public ModelState State { get; set; }

    /// <summary>The real thing's side of it.</summary>
    public Task<IDisposable> Task { get; set; } = null!;

    /// <summary>Exceptions cost: how it was refused is looked at once.</summary>
    public bool IsChecked { get; set; }

    public CancellationTokenSource? Cancellation { get; init; }

    public DateTimeOffset? Deadline { get; init; }
}
