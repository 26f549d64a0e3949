using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    private static void CheckBuffer(FanOutOptions options)
    {
        if (options.BufferCapacity < options.MaxConcurrency)
        {
            throw new ArgumentException(
                $"BufferCapacity ({options.BufferCapacity}) is below MaxConcurrency ({options.MaxConcurrency}), which could never be reached: what runs is in the buffer too.",
                nameof(options));
        }
    }

    private static async IAsyncEnumerable<TOut> Enumerate<T, TResult, TOut>(
        Func<CancellationToken, StreamRun<T, TResult, TOut>> begin,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var run = begin(cancellationToken);
        try
        {
            while (await run.WaitAsync().ConfigureAwait(false))
            {
                while (run.TryTake(out var result))
                {
                    yield return result;
                }
            }
        }
        finally
        {
            await run.CloseAsync().ConfigureAwait(false);
        }
    }
}
