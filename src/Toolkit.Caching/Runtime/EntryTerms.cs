namespace Toolkit.Caching.Runtime;

/// <summary>What ends a cached result. Times are timestamps of the cache's <see cref="TimeProvider"/>.</summary>
internal sealed class EntryTerms(long tagVersion, string[] tags)
{
    /// <summary>The version of the tag barriers when the computation began: a later barrier makes the result stale.</summary>
    public long TagVersion { get; set; } = tagVersion;

    public string[] Tags { get; } = tags;

    /// <summary>From here on a hit computes anew in the background.</summary>
    public long RefreshAt { get; init; } = long.MaxValue;

    /// <summary>From here on the result is no hit any more.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>Until here the result is better than an exception.</summary>
    public long StaleUntil { get; init; }

    /// <summary>When the result was last asked for. Written without order: a lost write shortens a sliding time by nothing that matters.</summary>
    public long LastAccess;

    /// <summary>1 once a refresh in the background has been started.</summary>
    public int Refreshing;
}
