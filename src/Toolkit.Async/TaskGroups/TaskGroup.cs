using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>
/// Children that start together with a block of code and have all ended when it is left, as Python's <c>asyncio.TaskGroup</c>:
/// <c>await TaskGroup.RunAsync(async group => { var a = group.Run(LoadA); var b = group.Run(LoadB); Use(await a, await b); });</c>.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>The group ends when its body and every child have ended, children of children included.</item>
/// <item>When a child or the body fails, <see cref="Token"/>, which the children have, is cancelled; all are awaited; then the
/// first failure is thrown as it was, and <see cref="Task.Exception"/> has all of them. Cancellations that this caused are not
/// among them, and a failure beats the caller's cancellation.</item>
/// <item>An <see cref="OperationCanceledException"/> counts as a cancellation only if the caller's token or the group's was
/// cancelled; otherwise it is a failure.</item>
/// <item>After a failure or a cancellation <see cref="Run(Func{CancellationToken, Task}, string?)"/> starts nothing and returns a
/// cancelled task; after the end of the group it throws.</item>
/// <item>Failures of children whose task nobody awaits are thrown by the group, and count as observed.</item>
/// <item>All members are safe to call from any thread, children included.</item>
/// </list>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without timers and without links holds nothing that needs Dispose, and children may keep its token.")]
public sealed partial class TaskGroup
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _changing = new();
    private readonly HashSet<Child> _running = [];
    private readonly List<Exception> _failures = [];
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskGroupOptions _options;
    private readonly CancellationToken _callerToken;
    private int _participants = 1;
    private int _started;
    private bool _bodyWasCanceled;
    private volatile bool _childWasCanceled;

    private TaskGroup(TaskGroupOptions options, CancellationToken callerToken)
    {
        _options = options;
        _callerToken = callerToken;
        Token = _cancellation.Token;
    }

    /// <summary>Cancelled when the group is to end: by a failure, by <see cref="Cancel"/>, by the time-out, by the caller.</summary>
    public CancellationToken Token { get; }

    /// <summary>How many children have not ended: for messages and tests.</summary>
    public int RunningChildren
    {
        get
        {
            lock (_changing)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Starts a child on the thread pool.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="child">The child, with the group's token.</param>
    /// <param name="name">What a time-out calls it; its number by default.</param>
    /// <returns>The child's own task, which may be awaited, or not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="child"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The group has ended.</exception>
    public Task<TResult> Run<TResult>(Func<CancellationToken, Task<TResult>> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        if (!TryStart(name, out var started))
        {
            return Task.FromCanceled<TResult>(Token);
        }

        var task = Task.Run(async () =>
        {
            try
            {
                return await child(Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Fail(exception);
                throw;
            }
            finally
            {
                Ended(started);
            }
        });
        Observe(task);
        return task;
    }

    /// <summary>Starts a child that has no result on the thread pool.</summary>
    /// <param name="child">The child, with the group's token.</param>
    /// <param name="name">What a time-out calls it; its number by default.</param>
    /// <returns>The child's own task, which may be awaited, or not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="child"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The group has ended.</exception>
    public Task Run(Func<CancellationToken, Task> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        return Run(
            async token =>
            {
                await child(token).ConfigureAwait(false);
                return true;
            },
            name);
    }

    /// <summary>
    /// Asks the children to end. Their cancellations are no failures: if the body goes on to its end, the group succeeds.
    /// </summary>
    public void Cancel()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (AggregateException thrownByCallbacks)
        {
            // Callbacks that children have registered on their token: theirs to fail, not the canceller's.
            foreach (var exception in thrownByCallbacks.InnerExceptions)
            {
                AddFailure(exception);
            }
        }
    }

    // What the group throws has been seen, whether or not somebody looked at the child's own task.
    private static void Observe(Task task) => task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private bool TryStart(string? name, [NotNullWhen(true)] out Child? child)
    {
        lock (_changing)
        {
            if (_participants == 0)
            {
                throw new InvalidOperationException(
                    $"{Describe()} has ended: its body and all children were done. Start children from within the body or another child.");
            }

            if (_cancellation.IsCancellationRequested)
            {
                _childWasCanceled = true;
                child = null;
                return false;
            }

            _participants++;
            child = new Child(name ?? $"child {_started}");
            _started++;
            _running.Add(child);
            return true;
        }
    }

    private void Ended(Child child)
    {
        lock (_changing)
        {
            _running.Remove(child);
        }

        Leave();
    }

    private void Leave()
    {
        lock (_changing)
        {
            if (--_participants > 0)
            {
                return;
            }
        }

        _allEnded.SetResult();
    }

    private void Fail(Exception exception)
    {
        if (IsCancellation(exception))
        {
            _childWasCanceled = true;
            return;
        }

        AddFailure(exception);
        Cancel();
    }

    private bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException && (_cancellation.IsCancellationRequested || _callerToken.IsCancellationRequested);

    private void AddFailure(Exception exception)
    {
        lock (_changing)
        {
            // A body that awaits a child fails with the child's own exception.
            if (!_failures.Contains(exception))
            {
                _failures.Add(exception);
            }
        }
    }

    private string Describe() => _options.Name is { } name ? $"The task group '{name}'" : "The task group";

    private sealed class Child(string name)
    {
        public string Name => name;
    }
}
