namespace Toolkit.Caching.Stores;

/// <summary>When a value was written and how long it is fresh, as UTC ticks; <see cref="long.MaxValue"/> is «for ever».</summary>
internal readonly record struct CacheEnvelopeHeader(long CreatedTicks, long ExpiresTicks);
