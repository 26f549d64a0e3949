namespace Toolkit.Async;

public sealed partial class TaskGroup
{
    /// <summary>Runs <paramref name="body"/>, which may start children, and ends when it and they have ended.</summary>
    /// <param name="body">
    /// Called at once, on the caller's thread. It has to heed <see cref="Token"/> itself where it waits for something else than
    /// children.
    /// </param>
    /// <param name="options">Its name and time-out.</param>
    /// <param name="cancellationToken">Cancels the group. Already cancelled: a cancelled task, and the body is not called.</param>
    /// <returns>A task that ends when the group has ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public static Task RunAsync(Func<TaskGroup, Task> body, TaskGroupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(
            async group =>
            {
                await body(group).ConfigureAwait(false);
                return true;
            },
            options,
            cancellationToken);
    }

    /// <summary>Runs <paramref name="body"/>, which may start children, and returns its result when it and they have ended.</summary>
    /// <typeparam name="TResult">The result of the body.</typeparam>
    /// <param name="body">
    /// Called at once, on the caller's thread. It has to heed <see cref="Token"/> itself where it waits for something else than
    /// children.
    /// </param>
    /// <param name="options">Its name and time-out.</param>
    /// <param name="cancellationToken">Cancels the group. Already cancelled: a cancelled task, and the body is not called.</param>
    /// <returns>The result of the body.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public static Task<TResult> RunAsync<TResult>(Func<TaskGroup, Task<TResult>> body, TaskGroupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellationToken);
        }

        var completion = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = new TaskGroup(options ?? TaskGroupOptions.Default, cancellationToken).RunToTheEndAsync(body, completion);
        return completion.Task;
    }

    private async Task RunToTheEndAsync<TResult>(Func<TaskGroup, Task<TResult>> body, TaskCompletionSource<TResult> completion)
    {
        TResult result = default!;
        var registration = _callerToken.UnsafeRegister(static state => ((TaskGroup)state!).Cancel(), this);
        var timer = _options.Timeout is { } timeout
            ? _options.TimeProvider.CreateTimer(static state => ((TaskGroup)state!).TimedOut(), this, timeout, Timeout.InfiniteTimeSpan)
            : null;
        try
        {
            result = await body(this).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _bodyWasCanceled = IsCancellation(exception);
            Fail(exception);
        }

        Leave();
        await _allEnded.Task.ConfigureAwait(false);

        // Waits for a callback that is running: what its callbacks throw still belongs to the group.
        await registration.DisposeAsync().ConfigureAwait(false);
        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        End(result, completion);
    }

    private void End<TResult>(TResult result, TaskCompletionSource<TResult> completion)
    {
        Exception[] failures;
        lock (_changing)
        {
            failures = [.. _failures];
        }

        if (failures.Length > 0)
        {
            completion.SetException(failures);
        }
        else if (_callerToken.IsCancellationRequested && (_bodyWasCanceled || _childWasCanceled))
        {
            completion.SetCanceled(_callerToken);
        }
        else if (_bodyWasCanceled)
        {
            completion.SetCanceled(Token);
        }
        else
        {
            completion.SetResult(result);
        }
    }

    private void TimedOut()
    {
        string[] running;
        lock (_changing)
        {
            if (_participants == 0)
            {
                return;
            }

            running = [.. _running.Select(child => child.Name)];
        }

        var still = running is [] ? "its body" : string.Join(", ", running.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));
        Fail(new TimeoutException($"{Describe()} did not end within {_options.Timeout}; still running: {still}."));
    }
}
