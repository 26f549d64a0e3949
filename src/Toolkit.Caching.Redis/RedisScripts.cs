namespace Toolkit.Caching.Redis;

/// <summary>What has to be one step on the server.</summary>
internal static class RedisScripts
{
    /// <summary>Moves the clock to the server's microseconds, or one further if it is there already; a lost clock starts after every stamp in use.</summary>
    public const string Advance = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local clock = tonumber(redis.call('GET', KEYS[1]) or 0)
        if clock >= now then now = clock + 1 end
        local text = string.format('%.0f', now)
        redis.call('SET', KEYS[1], text)
        return text
        """;

    /// <summary>Raises a barrier, never back: of two invalidations at once the later one may arrive first.</summary>
    public const string Raise = """
        if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
        return 1
        """;

    /// <summary>Gives an entry another time to live, unless it was replaced since it was read: its head says so.</summary>
    public const string Slide = """
        if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 0
        """;

    /// <summary>Stores a value while a lease is held.</summary>
    public const string SetUnderLease = """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;
}
