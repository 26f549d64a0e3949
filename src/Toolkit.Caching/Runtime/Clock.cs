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

    /// <summary>The terms of a result that was computed just now.</summary>
    /// <param name="tagVersion">The version of the tag barriers when its computation began.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="remaining">What is left of the time to live of a result that comes from a store.</param>
    public EntryTerms Stamp(long tagVersion, string[] tags, TimeSpan? remaining)
    {
        var now = Now;
        var expires = remaining is not null ? After(now, Ticks(time, remaining)) : _timeToLive < 0 ? long.MaxValue : After(now, _timeToLive);
        return new EntryTerms(tagVersion, tags)
        {
            ExpiresAt = expires,
            RefreshAt = _refreshAhead < 0 ? long.MaxValue : Math.Max(now, expires - _refreshAhead),
            StaleUntil = _staleIfError < 0 ? 0 : After(expires, _staleIfError),
            LastAccess = now,
        };
    }

    public bool IsExpired(EntryTerms terms, long now) =>
        now >= terms.ExpiresAt || (_sliding >= 0 && now - Volatile.Read(ref terms.LastAccess) >= _sliding);

    /// <summary>Notes an access; one within a hundredth of the sliding time of the last is not worth a write to shared memory.</summary>
    public void Touch(EntryTerms terms, long now)
    {
        if (_sliding >= 0 && now - terms.LastAccess > _sliding / 100)
        {
            Volatile.Write(ref terms.LastAccess, now);
        }
    }

    // So much time may be set that there is no end.
    private static long After(long start, long ticks) => start > long.MaxValue - ticks ? long.MaxValue : start + ticks;

    // Rounded up, or a time shorter than a tick would be none; a conversion that does not fit gives the largest number.
    private static long Ticks(TimeProvider time, TimeSpan? span) =>
        span is null ? -1 : (long)Math.Ceiling(ReferenceEquals(time, TimeProvider.System) ? span.Value.TotalMilliseconds : span.Value.TotalSeconds * time.TimestampFrequency);
}
