namespace Toolkit.Caching.Runtime;

/// <summary>
/// The times of one cache, as timestamps of its <see cref="TimeProvider"/>; of the system's, its coarse tick count, which costs
/// a hit a few nanoseconds instead of some twenty, and is exact to a few milliseconds.
/// </summary>
internal readonly struct Clock(TimeProvider time, MemoOptions options)
{
    private readonly bool _isSystem = ReferenceEquals(time, TimeProvider.System);
    private readonly long _timeToLive = Ticks(time, options.TimeToLive);
    private readonly long _refreshAhead = Ticks(time, options.RefreshAhead);
    private readonly long _staleIfError = Ticks(time, options.StaleIfError);
    private readonly long _sliding = Ticks(time, options.Sliding);

#pragma warning disable RS0030 // Only where the provider is the system's clock; any other provider is asked.
    public long Now => _isSystem ? Environment.TickCount64 : time.GetTimestamp();
#pragma warning restore RS0030

    /// <summary>A result that was computed just now.</summary>
    /// <param name="value">The result.</param>
    /// <param name="tagVersion">The version of the tag barriers when its computation began.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="remaining">What is left of the time to live of a result that comes from a store.</param>
    public CheckedEntry<TValue> Stamp<TValue>(TValue value, long tagVersion, string[] tags, TimeSpan? remaining)
    {
        var now = Now;
        var expires = remaining is not null ? now + Ticks(time, remaining) : _timeToLive < 0 ? long.MaxValue : now + _timeToLive;
        return new CheckedEntry<TValue>(value, tagVersion, tags)
        {
            ExpiresAt = expires,
            RefreshAt = _refreshAhead < 0 ? long.MaxValue : Math.Max(now, expires - _refreshAhead),
            StaleUntil = _staleIfError < 0 ? 0 : expires + _staleIfError,
            LastAccess = now,
        };
    }

    public bool IsExpired<TValue>(CheckedEntry<TValue> entry, long now) =>
        now >= entry.ExpiresAt || (_sliding >= 0 && now - Volatile.Read(ref entry.LastAccess) >= _sliding);

    /// <summary>Notes an access; one within a hundredth of the sliding time of the last is not worth a write to shared memory.</summary>
    public void Touch<TValue>(CheckedEntry<TValue> entry, long now)
    {
        if (_sliding >= 0 && now - entry.LastAccess > _sliding / 100)
        {
            Volatile.Write(ref entry.LastAccess, now);
        }
    }

    private static long Ticks(TimeProvider time, TimeSpan? span) =>
        span is null ? -1 : (long)(ReferenceEquals(time, TimeProvider.System) ? span.Value.TotalMilliseconds : span.Value.TotalSeconds * time.TimestampFrequency);
}
