namespace Toolkit.Caching.Stores;

/// <summary>What a <see cref="StoreTier{TValue}"/> knows of a key.</summary>
public enum StoreTierState
{
    /// <summary>Nothing that can be used.</summary>
    Miss,

    /// <summary>A value within its time to live.</summary>
    Fresh,

    /// <summary>A value past its time to live, kept for <see cref="StoreTierOptions.StaleGrace"/>: for a computation that fails.</summary>
    Stale,
}
