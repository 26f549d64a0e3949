using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Tags;

namespace Toolkit.Caching.Runtime;

// Whether a result in memory may still be used, and what goes into memory.
public sealed partial class MemoCache<TKey, TValue>
{
    // A hit needs no more than the result: neither expired, nor tagged away, nor due for a refresh (which needs the call).
    private static bool IsHit(MemoState<TKey, TValue> state, EntryTerms terms)
    {
        var now = state.Clock.Now;
        if (state.Clock.IsExpired(terms, now) || IsTaggedAway(terms) || IsRefreshDue(terms, now))
        {
            return false;
        }

        state.Clock.Touch(terms, now);
        return true;
    }

    private static bool IsRefreshDue(EntryTerms terms, long now) =>
        now >= terms.RefreshAt && Volatile.Read(ref terms.Refreshing) == 0;

    private static bool IsTaggedAway(EntryTerms terms)
    {
        var version = TagBarriers.Version;
        if (terms.TagVersion == version || terms.Tags.Length == 0)
        {
            return false;
        }

        if (terms.TagVersion < version && TagBarriers.IsPast(terms.Tags, terms.TagVersion))
        {
            return true;
        }

        // No barrier up to this version: the next hit need not look.
        terms.TagVersion = version;
        return false;
    }

    // Whether a computation under way is of before the invalidation of one of its tags: who calls now must not get its result.
    private static bool IsTaggedAway(MemoState<TKey, TValue> state, TKey key, Flight flight) =>
        state.IsTagged && flight.TagVersion != TagBarriers.Version && TagBarriers.IsPast(TagsOf(state, key), flight.TagVersion);

    // A result that is due for a refresh is used once more by the caller that starts the refresh.
    private bool TryTakeRefresh(MemoState<TKey, TValue> state, TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? due)
    {
        due = null;
        if (!state.IsChecked || !state.Level1.TryGet(key, hash, out var entry) || entry.Terms is not { } terms)
        {
            return false;
        }

        var now = state.Clock.Now;
        if (state.Clock.IsExpired(terms, now) || IsTaggedAway(terms) || now < terms.RefreshAt
            || Interlocked.Exchange(ref terms.Refreshing, 1) != 0)
        {
            return false;
        }

        CallCounters.Increment(_hits);
        due = entry;
        return true;
    }

    // The last result, when computing the next one threw and that is what the method asked for.
    private static bool TryGetStale(MemoState<TKey, TValue> state, TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? stale)
    {
        if (state.IsChecked && state.Level1.TryGet(key, hash, out stale) && stale.Terms is { } terms
            && state.Clock.Now < terms.StaleUntil && !IsTaggedAway(terms))
        {
            return true;
        }

        stale = null;
        return false;
    }

    private static string[] TagsOf(MemoState<TKey, TValue> state, TKey key) =>
        state.Options.HasKeyTags ? [.. state.Options.Tags, .. key.GetTags()] : state.Options.Tags;

    private static EntryTerms? TermsOf(MemoState<TKey, TValue> state, TKey key, Outcome<TValue> outcome, long tagVersion) =>
        state.IsChecked ? state.Clock.Stamp(tagVersion, TagsOf(state, key), outcome.Remaining) : null;

    private static bool IsKept(MemoState<TKey, TValue> state, TValue value) => value is not null || state.Options.Nulls == NullPolicy.Cache;
}
