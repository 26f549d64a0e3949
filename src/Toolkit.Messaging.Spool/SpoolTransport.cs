using System.Globalization;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>
/// Stands before a transport. While the broker answers, messages pass through. When it doesn't, everything that is under way
/// and everything that comes goes into the file, in order, until the file is empty again: so a message never overtakes an
/// older one of its key.
/// </summary>
internal sealed partial class SpoolTransport : IMessageTransport
{
    private const int BatchSize = 512;

    private readonly Lock _gate = new();
    private readonly IMessageTransport _inner;
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SpoolFile _file;
    private readonly SemaphoreSlim _fileGate = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly LinkedList<DirectRequest> _direct = new();
    private readonly Dictionary<DirectRequest, LinkedListNode<DirectRequest>> _directNodes = [];
    private readonly ITimer _patience;
    private readonly Task _working;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(PublishRequest Request, PublishRequest Outer)> _toStore = [];
    private long _spooled;
    private bool _spooling;
    private int _disposed;

    public SpoolTransport(IMessageTransport inner, SpoolOptions options, TimeProvider time, ILogger logger)
    {
        _inner = inner;
        _options = options;
        _time = time;
        _logger = logger;
        _file = new SpoolFile(options.Path);
        _spooled = _file.Count();
        _spooling = _spooled > 0;
        var period = options.Patience / 4;
        _patience = time.CreateTimer(static state => ((SpoolTransport)state!).CheckPatience(), this, period, period);
        _working = Task.Run(WorkAsync);
    }

    public string Name => _inner.Name;

    public TransportCapabilities Capabilities => _inner.Capabilities;

    public TransportHealth Health
    {
        get
        {
            var health = _inner.Health;
            var spooled = Interlocked.Read(ref _spooled);
            return spooled == 0 ? health : health with { Description = FormattableString.Invariant($"{health.Description} {spooled} messages wait in the spool.") };
        }
    }

    /// <summary>Messages in the file.</summary>
    public long Spooled => Interlocked.Read(ref _spooled);

    public void Send(PublishRequest request)
    {
        DirectRequest? direct = null;
        lock (_gate)
        {
            if (_spooling || _inner.Health.Status is TransportStatus.Reconnecting or TransportStatus.Failed)
            {
                // Those on their way are older: they go into the file first.
                StoreDirect();
                Store(request, request);
            }
            else
            {
                direct = new DirectRequest(this, request, _time.GetTimestamp());
                _directNodes.Add(direct, _direct.AddLast(direct));
            }
        }

        if (direct is not null)
        {
            _inner.Send(direct);
        }
    }

    public void Left(DirectRequest direct)
    {
        lock (_gate)
        {
            Remove(direct);
        }
    }

    /// <summary>The broker could not take a message: it goes into the file, and all others on their way with it, in their order.</summary>
    public void SpoolDirect()
    {
        lock (_gate)
        {
            StoreDirect();
        }
    }

    public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken) => _inner.EnsureTopicAsync(topic, cancellationToken);

    public ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken) => _inner.SubscribeAsync(request, sink, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _patience.DisposeAsync().ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        _file.Dispose();
        _closing.Dispose();
        _fileGate.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "The broker does not answer: messages are kept in {Path}")]
    private static partial void LogSpooling(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Information, "The spool is empty: messages go to the broker directly again")]
    private static partial void LogDirect(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} is refused by the broker and put aside in the spool's table 'refused'")]
    private static partial void LogRefused(ILogger logger, Exception exception, string messageId);

    [LoggerMessage(4, LogLevel.Error, "The spool's file can't be used; another attempt follows")]
    private static partial void LogFileFailed(ILogger logger, Exception exception);

    // Under the lock.
    private void Store(PublishRequest request, PublishRequest outer)
    {
        if (!_spooling)
        {
            _spooling = true;
            LogSpooling(_logger, _options.Path);
        }

        _toStore.Add((request, outer));
        _arrived.TrySetResult();
    }

    // Under the lock. Taken one by one, oldest first; one that is no longer there was answered meanwhile.
    private void StoreDirect()
    {
        while (_direct.First is { Value: var direct })
        {
            Remove(direct);
            if (direct.TryTake())
            {
                Store(direct, direct.Outer);
            }
        }
    }

    private void Remove(DirectRequest direct)
    {
        if (_directNodes.Remove(direct, out var node))
        {
            _direct.Remove(node);
        }
    }

    private void CheckPatience()
    {
        lock (_gate)
        {
            if (_direct.First is { } first && _time.GetElapsedTime(first.Value.StartedAt) >= _options.Patience)
            {
                StoreDirect();
            }
        }
    }

    private async Task WorkAsync()
    {
        var forwarding = Task.CompletedTask;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (_spooled > 0 && forwarding.IsCompleted)
                {
                    forwarding = Task.Run(ForwardAsync);
                }

                // Also from time to time: the broker may be back with nothing left to forward.
                var pause = Task.Delay(_options.RetryDelay, _time, _closing.Token);
                await (forwarding.IsCompleted ? Task.WhenAny(_arrived.Task, pause) : Task.WhenAny(_arrived.Task, pause, forwarding)).ConfigureAwait(false);
                await StoreAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                break;
            }
        }

        await forwarding.ConfigureAwait(false);
        await StoreAsync().ConfigureAwait(false); // nothing that was accepted is left behind
    }

    private async Task StoreAsync()
    {
        List<(PublishRequest Request, PublishRequest Outer)> batch;
        lock (_gate)
        {
            batch = _toStore;
            _toStore = [];
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        batch.RemoveAll(item => item.Outer.IsAbandoned || !item.Outer.TryMarkSent());
        if (batch.Count == 0)
        {
            GoDirectIfEmpty();
            return;
        }

        if (Spooled + batch.Count > _options.MaxMessages)
        {
            foreach (var (_, outer) in batch)
            {
                outer.Fail(new BrokerUnavailableException(FormattableString.Invariant($"The broker is away, and the spool {_options.Path} is full ({_options.MaxMessages} messages: SpoolOptions.MaxMessages)."), outer.MessageId));
            }

            return;
        }

        try
        {
            await OnFileAsync(() => _file.Append(batch.Select(b => b.Request))).ConfigureAwait(false);
            Interlocked.Add(ref _spooled, batch.Count);
        }
        catch (Exception exception)
        {
            LogFileFailed(_logger, exception);
            foreach (var (_, outer) in batch)
            {
                outer.Fail(new BrokerUnavailableException($"The broker is away, and the spool {_options.Path} can't be written: {exception.Message}", DeliveryOutcome.Unknown, outer.MessageId, exception));
            }

            return;
        }

        foreach (var (_, outer) in batch)
        {
            outer.Succeed(Durability.Spooled);
        }
    }

    private void GoDirectIfEmpty()
    {
        lock (_gate)
        {
            if (_spooling && _toStore.Count == 0 && Spooled == 0 && _inner.Health.Status is TransportStatus.Connected or TransportStatus.Idle)
            {
                _spooling = false;
                LogDirect(_logger);
            }
        }
    }

    // Oldest first; of one key one at a time, and a key whose message did not get through waits for the next turn.
    private async Task ForwardAsync()
    {
        try
        {
            var batch = await OnFileAsync(() => _file.Read(0, BatchSize)).ConfigureAwait(false);
            using var room = new SemaphoreSlim(_options.MaxConcurrency);
            var outcomes = await Task.WhenAll(batch
                .GroupBy(m => m.Key is null ? (m.Destination.Name, "#" + m.Sequence.ToString(CultureInfo.InvariantCulture)) : (m.Destination.Name, "k" + m.Key))
                .Select(lane => ForwardLaneAsync(lane, room))).ConfigureAwait(false);
            if (outcomes.Contains(false))
            {
                await Task.Delay(_options.RetryDelay, _time, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // What was not acknowledged is still in the file.
        }
        catch (Exception exception)
        {
            LogFileFailed(_logger, exception);
            await Task.Delay(_options.RetryDelay, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<bool> ForwardLaneAsync(IEnumerable<SpooledMessage> lane, SemaphoreSlim room)
    {
        foreach (var message in lane)
        {
            await room.WaitAsync(_closing.Token).ConfigureAwait(false);
            try
            {
                var request = new ForwardRequest(message);
                _inner.Send(request);
                MessagingException? error;
                try
                {
                    error = await request.Done.WaitAsync(_closing.Token).ConfigureAwait(false);
                }
                finally
                {
                    request.Abandon();
                }

                if (error is { IsTransient: true } or AuthenticationException or AuthorizationException)
                {
                    return false; // it stays, and so does what is behind it
                }

                await DoneAsync(message, error).ConfigureAwait(false);
            }
            finally
            {
                room.Release();
            }
        }

        return true;
    }

    private async Task DoneAsync(SpooledMessage message, MessagingException? error)
    {
        if (error is not null)
        {
            LogRefused(_logger, error, message.MessageId);
        }

        await OnFileAsync(() =>
        {
            if (error is null)
            {
                _file.Delete([message.Sequence]);
            }
            else
            {
                _file.Refuse(message.Sequence, error.Message);
            }
        }).ConfigureAwait(false);
        Interlocked.Decrement(ref _spooled);
    }

    private Task<bool> OnFileAsync(Action action) => OnFileAsync(() =>
    {
        action();
        return true;
    });

    private async Task<T> OnFileAsync<T>(Func<T> action)
    {
        await _fileGate.WaitAsync().ConfigureAwait(false);
        try
        {
            return action();
        }
        finally
        {
            _fileGate.Release();
        }
    }
}
