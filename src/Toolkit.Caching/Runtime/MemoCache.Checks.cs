using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Tags;

namespace Toolkit.Caching.Runtime;

// Whether a result in memory may still be used, and what goes into memory.
public sealed partial class MemoCache<TKey, TValue>
{
    // A hit needs no more than the result: neither expired, nor tagged away, nor due for a refresh (which needs the call).
    private bool IsHit(Entry<TValue> entry)
    {
        var checkedEntry = Unsafe.As<CheckedEntry<TValue>>(entry);
        var now = _clock.Now;
        if (_clock.IsExpired(checkedEntry, now) || IsTaggedAway(checkedEntry) || IsRefreshDue(checkedEntry, now))
        {
            return false;
        }

        _clock.Touch(checkedEntry, now);
        return true;
    }

    private static bool IsRefreshDue(CheckedEntry<TValue> entry, long now) =>
        now >= entry.RefreshAt && Volatile.Read(ref entry.Refreshing) == 0;

    private static bool IsTaggedAway(CheckedEntry<TValue> entry)
    {
        var version = TagBarriers.Version;
        if (entry.TagVersion == version || entry.Tags.Length == 0)
        {
            return false;
        }

        if (entry.TagVersion < version && TagBarriers.IsPast(entry.Tags, entry.TagVersion))
        {
            return true;
        }

        // No barrier up to this version: the next hit need not look.
        entry.TagVersion = version;
        return false;
    }

    // A result that is due for a refresh is used once more by the caller that starts the refresh.
    private bool TryTakeRefresh(TKey key, [NotNullWhen(true)] out CheckedEntry<TValue>? due)
    {
        due = null;
        if (!_checked || !_level1.TryGet(key, out var entry))
        {
            return false;
        }

        var checkedEntry = Unsafe.As<CheckedEntry<TValue>>(entry);
        var now = _clock.Now;
        if (_clock.IsExpired(checkedEntry, now) || IsTaggedAway(checkedEntry) || now < checkedEntry.RefreshAt
            || Interlocked.Exchange(ref checkedEntry.Refreshing, 1) != 0)
        {
            return false;
        }

        CallCounters.Increment(_hits);
        due = checkedEntry;
        return true;
    }

    // The last result, when computing the next one threw and that is what the method asked for.
    private bool TryGetStale(TKey key, [NotNullWhen(true)] out Entry<TValue>? stale)
    {
        if (_checked && _level1.TryGet(key, out stale))
        {
            var checkedEntry = Unsafe.As<CheckedEntry<TValue>>(stale);
            if (_clock.Now < checkedEntry.StaleUntil && !IsTaggedAway(checkedEntry))
            {
                Interlocked.Increment(ref _staleHits);
                return true;
            }
        }

        stale = null;
        return false;
    }

    private string[] TagsOf(TKey key) => _options.HasKeyTags ? [.. _options.Tags, .. key.GetTags()] : _options.Tags;

    private Entry<TValue> CreateEntry(TKey key, Outcome<TValue> outcome, long tagVersion) =>
        _checked ? _clock.Stamp(outcome.Value, tagVersion, TagsOf(key), outcome.Remaining) : new Entry<TValue>(outcome.Value);

    private bool IsKept(TValue value) => value is not null || _options.Nulls == NullPolicy.Cache;
}
