namespace Toolkit.Caching.Redis;

/// <summary>A connection of a store and a backplane that are disposed on their own: the last one closes it.</summary>
internal sealed class SharedRedisConnection(RedisStoreOptions options)
{
    private readonly Lock _lock = new();
    private RedisConnection? _connection;
    private int _users;

    public RedisConnection Acquire()
    {
        lock (_lock)
        {
            _users++;
            return _connection ??= new RedisConnection(options);
        }
    }

    public ValueTask ReleaseAsync()
    {
        RedisConnection? last = null;
        lock (_lock)
        {
            if (--_users == 0)
            {
                last = _connection;
                _connection = null;
            }
        }

        return last?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
