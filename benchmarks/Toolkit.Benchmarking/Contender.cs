namespace Toolkit.Benchmarking;

/// <summary>One side of a comparison: each call of <paramref name="Sample"/> does the work once and returns its figure.</summary>
public sealed record Contender(string Name, Func<double> Sample);
