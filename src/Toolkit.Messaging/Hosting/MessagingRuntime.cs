using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class MessagingRuntime(IServiceProvider provider, IMessageTransport transport, IMessagePublisher publisher, ISubscriber subscriber, MessagingBuilder builder, IEnumerable<SubscriptionRegistration> registrations) : IMessagingRuntime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TimeProvider _time = provider.GetRequiredService<TimeProvider>(); // when it stops, the provider may be gone
    private ISubscription[] _subscriptions = [];
    private TimeSpan[] _drainTimeouts = [];
    private bool _started;
    private bool _stopped;

    public IReadOnlyList<ISubscription> Subscriptions => Volatile.Read(ref _subscriptions);

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(IMessagingRuntime));
            if (_started)
            {
                return;
            }

            foreach (var topic in builder.Options.Topics)
            {
                topic.DefaultMode = builder.Options.Topology; // a setting may have come after AddTopic
                await transport.EnsureTopicAsync(topic, cancellationToken).ConfigureAwait(false);
            }

            await SubscribeAllAsync(cancellationToken).ConfigureAwait(false);
            _started = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var startedAt = _time.GetTimestamp();
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            var left = builder.Options.ShutdownTimeout - _time.GetElapsedTime(startedAt); // a start that was under way has used some
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            await Task.WhenAll(_subscriptions.Select((s, i) => s.DrainAsync(_drainTimeouts[i] < left ? _drainTimeouts[i] : left, cancellationToken).AsTask())).ConfigureAwait(false);
            if (_started)
            {
                await publisher.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async Task SubscribeAllAsync(CancellationToken cancellationToken)
    {
        List<ISubscription> subscriptions = [];
        List<TimeSpan> drainTimeouts = [];
        try
        {
            foreach (var registration in registrations)
            {
                builder.Apply(registration.Options);
                drainTimeouts.Add(registration.Options.DrainTimeout);
                subscriptions.Add(await registration.StartAsync(provider, subscriber, registration.Options, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            foreach (var subscription in subscriptions)
            {
                await subscription.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        _drainTimeouts = [.. drainTimeouts];
        Volatile.Write(ref _subscriptions, [.. subscriptions]);
    }
}
