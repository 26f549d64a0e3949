namespace Toolkit.Caching.Stores;

/// <summary>How one cache uses its store.</summary>
public sealed record StoreTierOptions
{
    internal static readonly TimeSpan DefaultLeaseDuration = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan DefaultLeaseWait = TimeSpan.FromSeconds(10);
    private const int ShortestHmacKey = 16;

    /// <summary>How long values are fresh.</summary>
    /// <value><see langword="null"/> by default: until they are evicted.</value>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>How long values live from their last read.</summary>
    /// <value><see langword="null"/> by default.</value>
    public TimeSpan? SlidingExpiration { get; init; }

    /// <summary>How long values are kept beyond <see cref="TimeToLive"/>, to be served when the computation fails.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan StaleGrace { get; init; }

    /// <summary>How long a lease outlives a holder that died. A living holder renews it.</summary>
    /// <value>10 seconds by default.</value>
    public TimeSpan LeaseDuration { get; init; } = DefaultLeaseDuration;

    /// <summary>How long a process waits for the result of another one before it computes as well.</summary>
    /// <value>10 seconds by default; zero does without single flight across processes.</value>
    public TimeSpan LeaseWait { get; init; } = DefaultLeaseWait;

    /// <summary>
    /// Signs values with HMAC-SHA-256, so that one who can write to the store but does not know the key cannot plant a value.
    /// At least 16 bytes.
    /// </summary>
    /// <remarks>
    /// A null array becomes an empty key by its conversion, and is refused like every key that is too short: a key that is
    /// missing where it is read from must not switch signing off in silence. Not to sign is not to set this.
    /// </remarks>
    /// <value><see langword="null"/> by default: values have a checksum against accidents only.</value>
    public ReadOnlyMemory<byte>? HmacKey { get; init; }

    internal void Validate()
    {
        RequirePositive(TimeToLive, nameof(TimeToLive));
        RequirePositive(SlidingExpiration, nameof(SlidingExpiration));
        RequirePositive(LeaseDuration, nameof(LeaseDuration));
        ArgumentOutOfRangeException.ThrowIfLessThan(StaleGrace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeaseWait, TimeSpan.Zero);
        if (HmacKey is { Length: < ShortestHmacKey })
        {
            throw new ArgumentException(
                $"The HMAC key has {HmacKey.Value.Length} bytes; at least {ShortestHmacKey} are needed. (A null array is an empty key; leave HmacKey unset to store values unsigned.)", nameof(HmacKey));
        }
    }

    private static void RequirePositive(TimeSpan? value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero.");
        }
    }
}
