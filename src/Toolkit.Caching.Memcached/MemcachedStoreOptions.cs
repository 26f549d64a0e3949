namespace Toolkit.Caching.Memcached;

/// <summary>Options of <see cref="MemcachedCacheStore"/>.</summary>
public sealed class MemcachedStoreOptions
{
    internal const string DefaultKeyPrefix = "toolkit:";
    internal const int DefaultMaximumValue = 1_040_000;
    internal const int DefaultIdleConnections = 16;
    internal const int LongestPrefix = 64;
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan DefaultProbeInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The servers, separated by commas: <c>localhost:11211</c>, <c>cache1:11211,cache2:11211,[::1]:11211</c>. Every client must name them alike:
    /// keys are spread over them by these texts (ketama).
    /// </summary>
    /// <value>Must be set. A server without a port has 11211.</value>
    public string Servers { get; set; } = "";

    /// <summary>What every key starts with: applications that share a server need different ones.</summary>
    /// <value><c>toolkit:</c> by default; at most 64 printable ASCII characters without spaces.</value>
    public string KeyPrefix { get; set; } = DefaultKeyPrefix;

    /// <summary>How long connecting, or one request, may take.</summary>
    /// <value>1 second by default.</value>
    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    /// <summary>How long a server that failed is left alone before one request tries it again.</summary>
    /// <value>1 second by default.</value>
    public TimeSpan ProbeInterval { get; set; } = DefaultProbeInterval;

    /// <summary>Values of more bytes are not sent but skipped and counted: servers take 1 MiB with key and header unless started with <c>-I</c>.</summary>
    /// <value>1,040,000 bytes by default.</value>
    public int MaximumValue { get; set; } = DefaultMaximumValue;

    /// <summary>The open connections a server that are kept while idle; a burst opens more.</summary>
    /// <value>16 by default.</value>
    public int IdleConnections { get; set; } = DefaultIdleConnections;

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Servers))
        {
            throw new ArgumentException($"{nameof(MemcachedStoreOptions)}.{nameof(Servers)} must name a server, such as localhost:11211.");
        }

        if (KeyPrefix.Length > LongestPrefix || KeyPrefix.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException($"The key prefix '{KeyPrefix}' must be at most {LongestPrefix} printable ASCII characters without spaces.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ProbeInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumValue, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(IdleConnections, 1);
    }
}
