namespace Toolkit.DataProcessing;

/// <summary>A result, and what the run did to get it.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <param name="Value">The result: a tuple where several aggregates were asked for.</param>
/// <param name="Report">What the run did.</param>
public sealed record CsvResult<T>(T Value, RunReport Report);
