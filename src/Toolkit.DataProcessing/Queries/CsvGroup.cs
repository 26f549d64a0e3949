namespace Toolkit.DataProcessing;

/// <summary>One group.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">What was aggregated: a tuple where several aggregates were asked for.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Value">What was aggregated.</param>
public readonly record struct CsvGroup<TKey, TValue>(TKey Key, TValue Value);
