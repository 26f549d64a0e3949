namespace Toolkit.Async;

/// <summary>
/// Runs an asynchronous body for every item of a source, with bounded concurrency, and never leaves anything running behind.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>To</term><description>use</description></listheader>
/// <item><term>do something with each item</term><description><c>ForEachAsync</c></description></item>
/// <item><term>get all results, in the order of the source</term><description><c>MapAsync</c></description></item>
/// <item><term>get all results, and keep going when some fail</term><description><c>MapSettledAsync</c></description></item>
/// <item><term>use each result as soon as it is there</term><description><c>StreamAsync</c></description></item>
/// <item><term>use each result as soon as it is there, and keep going when some fail</term><description><c>StreamSettledAsync</c></description></item>
/// <item><term>get the first of several ways to the same result</term><description><c>RaceAsync</c></description></item>
/// </list>
/// <para>Of every method here holds:</para>
/// <list type="bullet">
/// <item>When a body or the source fails, no further item is taken, the token that the other bodies have is cancelled, they are
/// all awaited, and only then the failure is thrown: the first one, as it was; <see cref="Task.Exception"/> has all of them.
/// Cancellations that this caused are not among them.</item>
/// <item>A failure beats a cancellation. An <see cref="OperationCanceledException"/> counts as a cancellation only if the
/// caller's token or the fan-out's own was cancelled; otherwise it is a failure like any other.</item>
/// <item>With a token that is already cancelled, a cancelled task is returned and nothing is started.</item>
/// <item>The source is enumerated once, by one worker at a time, and disposed of once; items are started in its order. Arrays
/// and <see cref="List{T}"/> are read by index and must not be changed meanwhile.</item>
/// <item>Bodies and the source run on the thread pool, never on the caller's thread or synchronization context, and each with
/// the <see cref="AsyncLocal{T}"/> values that the caller had: what they set reaches neither each other nor the caller.</item>
/// </list>
/// </remarks>
public static partial class FanOut
{
    private static FanOutOptions Bounded(int maxConcurrency) =>
        maxConcurrency >= 1
            ? new FanOutOptions { MaxConcurrency = maxConcurrency }
            : throw new ArgumentOutOfRangeException(nameof(maxConcurrency), maxConcurrency, "maxConcurrency has to be at least 1; int.MaxValue means no bound.");

    // Overloads of one method differ in whether the body returns a ValueTask or a Task, and in whether the source is
    // asynchronous. An async lambda fits both returns, and some types (EF Core's DbSet) are both sources: the compiler then
    // takes the overload of the highest priority instead of calling it ambiguous.
    private const int AsyncSourceValueTask = 3;
    private const int AsyncSourceTask = 2;
    private const int SourceValueTask = 1;
    private const int SourceTask = 0;
}
