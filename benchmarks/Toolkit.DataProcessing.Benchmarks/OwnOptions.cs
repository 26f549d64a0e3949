namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>How our side runs.</summary>
internal static class OwnOptions
{
    public static long MemoryBudget { get; set; } = RunOptions.DefaultMemoryBudget;

    public static RunOptions For(int workers) => new() { Workers = workers, MemoryBudget = MemoryBudget };
}
