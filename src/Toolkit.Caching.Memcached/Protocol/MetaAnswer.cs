namespace Toolkit.Caching.Memcached;

/// <summary>One answer; <paramref name="Cas"/> is the item's version where it was asked for.</summary>
internal readonly record struct MetaAnswer(MetaStatus Status, byte[]? Value, ulong Cas, string? Message = null)
{
    public static MetaAnswer Missing => new(MetaStatus.Missing, null, 0);
}
