namespace Toolkit.Async.Tests;

/// <summary>The shapes that a source can have: each test of a rule runs over all of them.</summary>
public enum SourceKind
{
    Array,
    List,
    Iterator,
    Stream,
}

internal static class Sources
{
    public static TheoryData<SourceKind> Kinds => [SourceKind.Array, SourceKind.List, SourceKind.Iterator, SourceKind.Stream];

    public static Task ForEach<T>(SourceKind kind, IEnumerable<T> items, Func<T, CancellationToken, ValueTask> body, FanOutOptions options, CancellationToken token = default) => kind switch
    {
        SourceKind.Array => FanOut.ForEachAsync(items.ToArray(), body, options, token),
        SourceKind.List => FanOut.ForEachAsync(items.ToList(), body, options, token),
        SourceKind.Iterator => FanOut.ForEachAsync(Iterate(items), body, options, token),
        _ => FanOut.ForEachAsync(Stream(items), body, options, token),
    };

    public static Task<TResult[]> Map<T, TResult>(SourceKind kind, IEnumerable<T> items, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken token = default) => kind switch
    {
        SourceKind.Array => FanOut.MapAsync(items.ToArray(), body, options, token),
        SourceKind.List => FanOut.MapAsync(items.ToList(), body, options, token),
        SourceKind.Iterator => FanOut.MapAsync(Iterate(items), body, options, token),
        _ => FanOut.MapAsync(Stream(items), body, options, token),
    };

    public static IEnumerable<T> Iterate<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            yield return item;
        }
    }

    public static async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> items)
    {
        var index = 0;
        foreach (var item in items)
        {
            // Some answers are there at once, some are not.
            if (index++ % 3 == 0)
            {
                await Task.Yield();
            }

            yield return item;
        }
    }
}
