namespace Toolkit.Benchmarking;

/// <summary>Which direction of a figure is the better one.</summary>
public enum Better
{
    /// <summary>Times, bytes.</summary>
    Lower,

    /// <summary>Throughput, hit ratios.</summary>
    Higher,
}
