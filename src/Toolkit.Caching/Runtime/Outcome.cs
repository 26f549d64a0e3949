using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>A result and where it came from.</summary>
/// <param name="Value">The result.</param>
/// <param name="State">A miss was computed; the others came from the store.</param>
/// <param name="Remaining">What is left of the time to live of a result from the store.</param>
internal readonly record struct Outcome<TValue>(TValue Value, StoreTierState State = StoreTierState.Miss, TimeSpan? Remaining = null);
