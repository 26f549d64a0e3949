namespace Toolkit.Async;

/// <summary>How far a fan-out is.</summary>
/// <param name="Succeeded">Items whose body ended without an exception.</param>
/// <param name="Failed">Items whose body ended with one.</param>
/// <param name="Total">How many items there are, where the source could tell beforehand without being enumerated.</param>
public readonly record struct FanOutProgress(long Succeeded, long Failed, long? Total)
{
    /// <summary>Items whose body has ended.</summary>
    public long Completed => Succeeded + Failed;
}
