using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed partial class Subscription : ISubscription
{
    private static readonly TimeSpan s_firstPoll = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_longestDrain = TimeSpan.FromDays(24); // what a timer takes
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly SubscriptionOptions _options;
    private readonly DeliveryProcessor _processor;
    private readonly DeliveryExecutor _executor;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<ITransportSubscription> _transport = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _stopping;
    private SubscriptionState _state;

    public Subscription(SubscriptionOptions options, DeliveryProcessor processor, TimeProvider time, ILogger logger)
    {
        _options = options;
        _processor = processor;
        _logger = logger;
        processor.Subscription = _transport.Task;
        _executor = new DeliveryExecutor(options, processor, time, OnFault);
    }

    public SubscriptionState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public MessagingException? Error { get; private set; }

    public int InFlight => _executor.Outstanding;

    public async ValueTask StartAsync(IMessageTransport transport, TransportSubscriptionRequest request, CancellationToken cancellationToken) =>
        _transport.SetResult(await transport.SubscribeAsync(request, _executor, cancellationToken).ConfigureAwait(false));

    public async ValueTask DrainAsync(TimeSpan max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, TimeSpan.Zero);
        Task stopping;
        TaskCompletionSource? own = null;
        lock (_gate)
        {
            stopping = _stopping ??= (own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (own is not null)
        {
            // Begins before this call returns its task: a busy pool doesn't let further messages in.
            try
            {
                await StopAsync(max, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                own.SetResult();
            }
        }

        await stopping.ConfigureAwait(false);
    }

    public async ValueTask<long?> GetLagAsync(CancellationToken cancellationToken = default)
    {
        var transport = await _transport.Task.ConfigureAwait(false);
        return await transport.GetLagAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CatchUpAsync(CancellationToken cancellationToken = default)
    {
        var transport = await _transport.Task.ConfigureAwait(false);
        for (var wait = s_firstPoll; ; wait = wait * 2 < s_longestPoll ? wait * 2 : s_longestPoll)
        {
            var state = State;
            if (state == SubscriptionState.Faulted)
            {
                throw Error!;
            }

            if (state != SubscriptionState.Running)
            {
                throw new InvalidOperationException($"The subscription of {_options.Group} to {_options.Topic} was stopped before it had caught up.");
            }

            if (await transport.GetLagAsync(cancellationToken).ConfigureAwait(false) == 0 && _executor.Outstanding == 0)
            {
                return;
            }

            // Not the application's clock: a test that stops its clock still waits for what needs no time.
            await Task.Delay(wait, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => DrainAsync(_options.DrainTimeout);

    [LoggerMessage(10, LogLevel.Error, "The subscription of {Group} to {Topic} has stopped and does not go on by itself")]
    private static partial void LogFaulted(ILogger logger, Exception exception, string topic, string group);

    [LoggerMessage(11, LogLevel.Warning, "The subscription of {Group} to {Topic} could not be closed in order")]
    private static partial void LogCloseFailed(ILogger logger, Exception exception, string topic, string group);

    private async Task StopAsync(TimeSpan max, CancellationToken cancellationToken)
    {
        SetState(SubscriptionState.Draining);
        var transport = _transport.Task.IsCompletedSuccessfully ? await _transport.Task.ConfigureAwait(false) : null;
        try
        {
            if (transport is not null)
            {
                await transport.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }

            await _executor.DrainAsync(max < s_longestDrain ? max : s_longestDrain, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogCloseFailed(_logger, exception, _options.Topic, _options.Group);
        }

        _executor.Dispose();
        try
        {
            if (transport is not null)
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            LogCloseFailed(_logger, exception, _options.Topic, _options.Group);
        }

        SetState(SubscriptionState.Stopped);
    }

    private void SetState(SubscriptionState state)
    {
        lock (_gate)
        {
            if (_state != SubscriptionState.Faulted)
            {
                _state = state;
            }
        }
    }

    private void OnFault(MessagingException error)
    {
        lock (_gate)
        {
            if (_state == SubscriptionState.Faulted)
            {
                return;
            }

            Error = error;
            _state = SubscriptionState.Faulted;
        }

        LogFaulted(_logger, error, _options.Topic, _options.Group);
    }
}
