namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>What a memoized method returns.</summary>
internal enum CallKind
{
    Sync,
    Task,
    ValueTask,
}
