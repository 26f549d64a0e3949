namespace Toolkit.Caching.SourceGenerators;

/// <summary>The steps of the pipeline, for the tests that watch what an edit runs again.</summary>
internal static class TrackingNames
{
    public const string Methods = nameof(Methods);
    public const string ShortNames = nameof(ShortNames);
    public const string Decorators = nameof(Decorators);
    public const string Constructions = nameof(Constructions);
    public const string Calls = nameof(Calls);
    public const string Files = nameof(Files);
}
