using StackExchange.Redis;

namespace Toolkit.Caching.Redis;

/// <summary>Options of <see cref="RedisCacheStore"/> and <see cref="RedisBackplane"/>.</summary>
public sealed class RedisStoreOptions
{
    internal const string DefaultKeyPrefix = "toolkit:";
    internal const int ReconnectMilliseconds = 500;
    internal static readonly TimeSpan DefaultMaximumTimeToLive = TimeSpan.FromDays(30);

    /// <summary>
    /// The servers and their options as StackExchange.Redis writes them: <c>localhost:6379</c>,
    /// <c>cache.example.com:6380,ssl=true,password=…</c>.
    /// </summary>
    /// <value>Must be set, unless <see cref="ConfigurationOptions"/> is.</value>
    public string Configuration { get; set; } = "";

    /// <summary>The same as an object, taken as it is; wins over <see cref="Configuration"/>.</summary>
    /// <value><see langword="null"/> by default.</value>
    public ConfigurationOptions? ConfigurationOptions { get; set; }

    /// <summary>What every key and channel starts with: applications that share a server need different ones.</summary>
    /// <value><c>toolkit:</c> by default.</value>
    public string KeyPrefix { get; set; } = DefaultKeyPrefix;

    /// <summary>
    /// The longest that any entry lives, so that what was cleared or is never asked for again leaves the server. Tags and clears are
    /// remembered a day longer.
    /// </summary>
    /// <value>30 days by default.</value>
    public TimeSpan MaximumTimeToLive { get; set; } = DefaultMaximumTimeToLive;

    internal ConfigurationOptions ToConfiguration()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaximumTimeToLive, TimeSpan.Zero);
        if (ConfigurationOptions is { } given)
        {
            return given;
        }

        if (string.IsNullOrWhiteSpace(Configuration))
        {
            throw new ArgumentException($"{nameof(RedisStoreOptions)}.{nameof(Configuration)} must name a server, such as localhost:6379.");
        }

        var parsed = StackExchange.Redis.ConfigurationOptions.Parse(Configuration);

        // A cache does better to miss at once than to queue for a server that is away; connecting goes on in the background.
        parsed.AbortOnConnectFail = false;
        parsed.BacklogPolicy = BacklogPolicy.FailFast;

        // The client's own pauses grow from half the connect time-out on: a server that is back would be missed for many seconds.
        parsed.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        return parsed;
    }
}
