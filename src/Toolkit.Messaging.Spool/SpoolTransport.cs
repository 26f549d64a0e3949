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
    private static readonly TimeSpan s_shortestPeriod = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly IMessageTransport _inner;
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SpoolStore _store;
    private readonly SpoolForwarder _forwarder;
    private readonly CancellationTokenSource _closing = new();
    private readonly LinkedList<DirectRequest> _direct = new();
    private readonly ITimer _patience;
    private readonly Task _working;
    private bool _spooling;
    private int _disposed;

    public SpoolTransport(IMessageTransport inner, SpoolOptions options, TimeProvider time, ILogger logger)
    {
        _inner = inner;
        _options = options;
        _time = time;
        _logger = logger;
        _store = new SpoolStore(options.Path);
        _spooling = _store.Count > 0;
        _forwarder = new SpoolForwarder(inner, _store, options, time, logger, _closing.Token);
        var period = options.Patience / 4;
        period = period > s_shortestPeriod ? period : s_shortestPeriod;
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
            var spooled = _store.Count;
            return spooled == 0 ? health : health with { Description = FormattableString.Invariant($"{health.Description} {spooled} messages wait in the spool.") };
        }
    }

    /// <summary>Messages in the file.</summary>
    public long Spooled => _store.Count;

    private bool Answers => _inner.Health.Status is TransportStatus.Connected or TransportStatus.Idle;

    public void Send(PublishRequest request)
    {
        DirectRequest direct;
        var answers = Answers; // asked without the lock: the transport may hold its own, and report to this one
        lock (_gate)
        {
            if (!_spooling && !answers)
            {
                StoreDirect(); // those on their way are older: they go into the file first
                BeginSpooling();
            }

            if (_spooling)
            {
                _toStore.Add(new IntakeItem(request, request, _time.GetTimestamp()));
                _arrived.TrySetResult();
                return;
            }

            direct = new DirectRequest(this, request, _time.GetTimestamp());
            _direct.AddLast(direct.Node);
        }

        _inner.Send(direct);
    }

    /// <summary>The broker has answered. False when the file has the publish.</summary>
    public bool TryLeave(DirectRequest direct)
    {
        lock (_gate)
        {
            if (!direct.TryTake())
            {
                return false;
            }

            _direct.Remove(direct.Node);
            return true;
        }
    }

    public bool TryMarkSent(DirectRequest direct)
    {
        lock (_gate)
        {
            return direct.TryMarkOuterSent();
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
        _store.Dispose();
        _closing.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "The broker does not answer: messages are kept in {Path}")]
    private static partial void LogSpooling(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Information, "The spool is empty: messages go to the broker directly again")]
    private static partial void LogDirect(ILogger logger);

    [LoggerMessage(5, LogLevel.Error, "Messages could not be kept in the spool {Path}")]
    private static partial void LogStoringFailed(ILogger logger, Exception exception, string path);

    // Under the lock.
    private void BeginSpooling()
    {
        if (!_spooling)
        {
            _spooling = true;
            LogSpooling(_logger, _options.Path);
        }
    }

    // Under the lock. Those on their way are older than whatever waits for the file: they go before it, in their order. One
    // whose caller has given up is not the broker's fault, and only goes.
    private void StoreDirect()
    {
        List<IntakeItem> taken = [];
        while (_direct.First is { Value: var direct })
        {
            _direct.RemoveFirst();
            if (direct.TryTake() && !direct.Outer.IsAbandoned)
            {
                taken.Add(new IntakeItem(direct, direct.Outer, direct.StartedAt));
            }
        }

        if (taken.Count > 0)
        {
            BeginSpooling();
            _toStore.InsertRange(0, taken);
            _mustStore = true;
            _arrived.TrySetResult();
        }
    }

    private void CheckPatience()
    {
        lock (_gate)
        {
            while (_direct.First is { Value.Outer.IsAbandoned: true } given)
            {
                given.Value.TryTake();
                _direct.Remove(given);
            }

            if (_direct.First is { } first && _time.GetElapsedTime(first.Value.StartedAt) >= _options.Patience)
            {
                StoreDirect();
            }
        }
    }
}
