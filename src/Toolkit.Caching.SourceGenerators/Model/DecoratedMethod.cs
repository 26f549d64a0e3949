namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A memoized method of a decorated interface.</summary>
/// <param name="Holder">The generated class behind it, with its namespace.</param>
/// <param name="ValueType">What it returns, without its task.</param>
internal sealed record DecoratedMethod(string Holder, string ValueType);
