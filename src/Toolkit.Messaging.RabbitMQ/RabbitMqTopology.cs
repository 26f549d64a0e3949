using System.Globalization;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// What is declared: for a topic a durable exchange of type <c>topic</c>; for a group a durable queue <c>topic.group</c> that is
/// bound to it with <c>#</c>; for each length of delay a queue whose messages go back to the group's queue when their time is
/// over.
/// </summary>
internal sealed class RabbitMqTopology(RabbitMqLink link, RabbitMqOptions options, TimeProvider time)
{
    private static readonly int[] s_delays = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

    /// <summary>The shortest delay queue that is not shorter than <paramref name="delay"/>.</summary>
    public static int DelayFor(TimeSpan delay)
    {
        foreach (var step in s_delays)
        {
            if (delay.TotalMilliseconds <= step)
            {
                return step;
            }
        }

        return s_delays[^1];
    }

    public ValueTask EnsureExchangeAsync(TopicSpec topic, CancellationToken cancellationToken) => topic.Mode switch
    {
        TopologyMode.None => ValueTask.CompletedTask,
        TopologyMode.Verify => VerifyAsync($"exchange {topic.Name}", c => c.ExchangeDeclarePassiveAsync(topic.Name, cancellationToken), c => DeclareAsync(c, topic, cancellationToken), cancellationToken),
        _ => RunAsync($"Declaring exchange {topic.Name}", c => DeclareAsync(c, topic, cancellationToken), cancellationToken),
    };

    public async ValueTask EnsureGroupAsync(TransportSubscriptionRequest request, CancellationToken cancellationToken)
    {
        var group = options.Group(request.Topic, request.Group);
        if (request.Topology == TopologyMode.None)
        {
            return;
        }

        if (request.Topology == TopologyMode.Verify)
        {
            await VerifyAsync($"queue {group.Queue}", c => c.QueueDeclarePassiveAsync(group.Queue, cancellationToken), c => DeclareAsync(c, group, request.Ordering != Ordering.None, cancellationToken), cancellationToken).ConfigureAwait(false);
            return;
        }

        await DeclareGroupAsync(group, request.Ordering != Ordering.None, cancellationToken).ConfigureAwait(false);
        if (request is { DeadLetterTopic: { } deadLetters, DeadLetterGroup: { } parked })
        {
            // A subscription that reads dead letters declares the same queue: both must agree about its arguments.
            await DeclareGroupAsync(options.Group(deadLetters, parked), singleActive: true, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<string> EnsureDelayAsync(string queue, int milliseconds, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{queue}.retry.{milliseconds}");
        var arguments = QueueArguments(options.QueueType, singleActive: false);
        arguments["x-message-ttl"] = milliseconds;
        arguments["x-dead-letter-exchange"] = string.Empty;
        arguments["x-dead-letter-routing-key"] = queue;
        if (options.QueueType == RabbitMqQueueType.Quorum)
        {
            // Back to the group's queue with a confirm, instead of fire and forget.
            arguments["x-dead-letter-strategy"] = "at-least-once";
            arguments["x-overflow"] = "reject-publish";
        }

        await RunAsync($"Declaring queue {name}", c => c.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        return name;
    }

    /// <summary>How many messages are ready in a queue; 0 for one that does not exist.</summary>
    public async ValueTask<long> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var count = 0L;
        try
        {
            await RunAsync($"Counting queue {queue}", async c => count = (await c.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false)).MessageCount, cancellationToken).ConfigureAwait(false);
        }
        catch (DestinationNotFoundException)
        {
            // Deleted: nothing waits in it.
        }

        return count;
    }

    /// <summary>Whether this user may have a <see cref="RabbitMqBarrier"/>: what is refused closes the channel, so not on one that consumes.</summary>
    public async ValueTask<bool> MayUseBarrierAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync("Declaring a queue of the connection's own", c => new RabbitMqBarrier(c).PassAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AuthorizationException)
        {
            return false;
        }
    }

    private static string ExchangeType(TopicSpec topic) => topic.Native.TryGetValue("type", out var type) ? type : global::RabbitMQ.Client.ExchangeType.Topic;

    private static Dictionary<string, object?>? Arguments(TopicSpec topic)
    {
        var arguments = topic.Native.Where(a => a.Key != "type").ToDictionary(a => a.Key, a => (object?)a.Value);
        return arguments.Count == 0 ? null : arguments;
    }

    // AMQP answers only whether it exists. Declaring what exists compares it and changes nothing; who may not declare has to do
    // with the first answer.
    private async ValueTask VerifyAsync(string what, Func<IChannel, Task> exists, Func<IChannel, Task> declare, CancellationToken cancellationToken)
    {
        await RunAsync($"Verifying {what}", exists, cancellationToken).ConfigureAwait(false);
        try
        {
            await RunAsync($"Verifying {what}", declare, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthorizationException)
        {
            // It exists, which is all that this user can tell.
        }
    }

    private static Task DeclareAsync(IChannel channel, TopicSpec topic, CancellationToken cancellationToken) =>
        channel.ExchangeDeclareAsync(topic.Name, ExchangeType(topic), durable: true, autoDelete: false, Arguments(topic), cancellationToken: cancellationToken);

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, RabbitMqGroupOptions group, bool singleActive, CancellationToken cancellationToken)
    {
        var arguments = QueueArguments(group.QueueType, singleActive);
        foreach (var (name, value) in group.Arguments)
        {
            arguments[name] = value;
        }

        return channel.QueueDeclareAsync(group.Queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
    }

    private async ValueTask DeclareGroupAsync(RabbitMqGroupOptions group, bool singleActive, CancellationToken cancellationToken)
    {
        await EnsureExchangeAsync(new TopicSpec(group.Topic), cancellationToken).ConfigureAwait(false);
        await RunAsync($"Declaring queue {group.Queue}", c => DeclareAsync(c, group, singleActive, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var key in group.BindingKeys)
        {
            await RunAsync($"Binding queue {group.Queue}", c => c.QueueBindAsync(group.Queue, group.Topic, key, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private static Dictionary<string, object?> QueueArguments(RabbitMqQueueType type, bool singleActive)
    {
        var arguments = new Dictionary<string, object?>();
        if (type == RabbitMqQueueType.Quorum)
        {
            arguments["x-queue-type"] = "quorum";
        }

        if (singleActive)
        {
            // Order across members: one of them at a time receives, the others take over when it is gone.
            arguments["x-single-active-consumer"] = true;
        }

        return arguments;
    }

    // On a channel of its own: a refused declaration closes it.
    private async ValueTask RunAsync(string what, Func<IChannel, Task> action, CancellationToken cancellationToken)
    {
        var (_, channel) = await link.OpenChannelAsync(null, patient: false, cancellationToken).ConfigureAwait(false);
        try
        {
            await action(channel).WaitAsync(options.RequestTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw RabbitMqErrors.OfRequest(exception, what, options);
        }
        finally
        {
            await CloseAsync(channel).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(IChannel channel)
    {
        try
        {
            await channel.AbortAsync(CancellationToken.None).WaitAsync(options.RequestTimeout, time).ConfigureAwait(false);
            channel.Dispose();
        }
        catch (Exception)
        {
            // It is given up either way; the client's own close can wait for ever.
        }
    }
}
