using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>Questions and orders about topics, groups and offsets, over a client of its own that connects when it is first used.</summary>
internal sealed class KafkaTopology : IDisposable
{
    private static readonly TimeSpan s_newsInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_fencedRetry = TimeSpan.FromMilliseconds(200);

    // As in KafkaTransport: credentials that were refused may be right some time later, and the client tries them by itself.
    private static readonly TimeSpan s_retryCredentials = TimeSpan.FromSeconds(10);
    private readonly KafkaClients _clients;
    private readonly KafkaHealth _health;
    private readonly TimeProvider _time;
    private KafkaAdmin _admin;
    private TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refusedAt;
    private readonly ConcurrentDictionary<string, int> _partitions = new(StringComparer.Ordinal);

    public KafkaTopology(KafkaClients clients, KafkaHealth health, TimeProvider time)
    {
        (_clients, _health, _time) = (clients, health, time);
        _admin = new KafkaAdmin(Connect);
    }

    public async Task EnsureAsync(TopicSpec topic, CancellationToken cancellationToken)
    {
        if (topic.Mode == TopologyMode.None)
        {
            return;
        }

        var found = await DescribeAsync(topic.Name, cancellationToken).ConfigureAwait(false);
        if (found is null && topic.Mode == TopologyMode.Verify)
        {
            throw new DestinationNotFoundException($"Topic {topic.Name} does not exist, and its TopologyMode is Verify.", DeliveryOutcome.NotSent, null, null);
        }

        found ??= await CreateAsync(topic, cancellationToken).ConfigureAwait(false);
        _partitions[topic.Name] = found.Partitions.Count;
        await CompareAsync(topic, found, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The offset that <paramref name="spec"/> asks for, of each partition of a topic; empty for a topic that does not exist.</summary>
    public async Task<IReadOnlyList<(TopicPartition Partition, long Offset)>> ListOffsetsAsync(string topic, OffsetSpec spec, CancellationToken cancellationToken)
    {
        if (!_partitions.TryGetValue(topic, out var count))
        {
            if (await DescribeAsync(topic, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return [];
            }

            _partitions[topic] = count = found.Partitions.Count;
        }

        var specs = Enumerable.Range(0, count).Select(index => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, index), OffsetSpec = spec }).ToList();
        var result = await AskAsync($"Offsets of topic {topic}", admin => admin.ListOffsetsAsync(specs, new ListOffsetsOptions { RequestTimeout = _clients.Options.AdminTimeout, IsolationLevel = IsolationLevel.ReadCommitted }), cancellationToken).ConfigureAwait(false);
        return [.. result.ResultInfos.Select(static info => (info.TopicPartitionOffsetError.TopicPartition, info.TopicPartitionOffsetError.Offset.Value))];
    }

    /// <summary>What <paramref name="group"/> has committed; partitions without a position are left out.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> ListCommittedAsync(string group, List<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var results = await AskAsync(
            $"Positions of group {group}",
            admin => admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, partitions)], new ListConsumerGroupOffsetsOptions { RequestTimeout = _clients.Options.AdminTimeout }),
            cancellationToken).ConfigureAwait(false);
        return results[0].Partitions.Where(static partition => !partition.Error.IsError && partition.Offset.Value >= 0)
            .ToDictionary(static partition => partition.TopicPartition, static partition => partition.Offset.Value);
    }

    public void Dispose() => Volatile.Read(ref _admin).Dispose();

    private IAdminClient Connect()
    {
        var admin = new AdminClientBuilder(_clients.ForAdmin())
            .SetStatisticsHandler(_clients.RestoreBrokers)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => KafkaLog.Client(_clients.Logger, message))
            .Build();
        _health.Probe ??= () => Volatile.Read(ref _admin).ProbeAsync();
        return admin;
    }

    private async Task<TopicDescription?> DescribeAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            var result = await AskAsync(
                $"Topic {topic}",
                admin => admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = _clients.Options.AdminTimeout }),
                cancellationToken).ConfigureAwait(false);
            return result.TopicDescriptions[0];
        }
        catch (DestinationNotFoundException)
        {
            return null;
        }
    }

    private async Task<TopicDescription> CreateAsync(TopicSpec topic, CancellationToken cancellationToken)
    {
        var specification = new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions ?? -1,
            ReplicationFactor = (short)(topic.Replicas ?? -1),
            Configs = topic.Native.ToDictionary(static setting => setting.Key, static setting => setting.Value),
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, _clients.Options.AdminTimeout, Timeout.InfiniteTimeSpan);
        var isCreated = false;
        try
        {
            while (!(isCreated = await TryCreateAsync(specification, limit.Token).ConfigureAwait(false)))
            {
                await Task.Delay(s_fencedRetry, _time, limit.Token).ConfigureAwait(false);
            }

            // Brokers hear of a topic one after the other, and of its leaders after that.
            while (true)
            {
                if (await DescribeAsync(topic.Name, limit.Token).ConfigureAwait(false) is { Partitions.Count: > 0 } found && found.Partitions.All(static partition => partition.Leader is { Id: >= 0 }))
                {
                    return found;
                }

                await Task.Delay(s_newsInterval, _time, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var what = isCreated ? "was created, but had no leader for each of its partitions" : "can't be created: no broker was ready to take partitions";
            throw new BrokerUnavailableException(string.Create(CultureInfo.InvariantCulture, $"Topic {topic.Name} {what} within KafkaOptions.AdminTimeout ({_clients.Options.AdminTimeout.TotalSeconds} s)."));
        }
    }

    /// <summary>Creates the topic, if another application wasn't faster. False where no broker takes partitions at the moment.</summary>
    private Task<bool> TryCreateAsync(TopicSpecification topic, CancellationToken cancellationToken) => AskAsync($"Creating topic {topic.Name}", async admin =>
    {
        try
        {
            await admin.CreateTopicsAsync([topic], new CreateTopicsOptions { RequestTimeout = _clients.Options.AdminTimeout }).ConfigureAwait(false);
            return true;
        }
        catch (CreateTopicsException error) when (CauseOf(error) is { Code: ErrorCode.TopicAlreadyExists })
        {
            return true;
        }
        catch (CreateTopicsException error) when (KafkaErrors.IsFenced(CauseOf(error)))
        {
            return false;
        }
    }, cancellationToken);

    private async Task CompareAsync(TopicSpec topic, TopicDescription found, CancellationToken cancellationToken)
    {
        if (topic.Partitions is { } partitions && partitions != found.Partitions.Count)
        {
            throw Mismatch(topic, "partitions", found.Partitions.Count.ToString(CultureInfo.InvariantCulture), partitions.ToString(CultureInfo.InvariantCulture));
        }

        if (topic.Replicas is { } replicas && replicas != found.Partitions[0].Replicas.Count)
        {
            throw Mismatch(topic, "replicas", found.Partitions[0].Replicas.Count.ToString(CultureInfo.InvariantCulture), replicas.ToString(CultureInfo.InvariantCulture));
        }

        if (topic.Native.Count == 0)
        {
            return;
        }

        var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic.Name };
        var results = await AskAsync($"Configuration of topic {topic.Name}", admin => admin.DescribeConfigsAsync([resource], new DescribeConfigsOptions { RequestTimeout = _clients.Options.AdminTimeout }), cancellationToken).ConfigureAwait(false);
        foreach (var (name, wanted) in topic.Native)
        {
            var actual = results[0].Entries.TryGetValue(name, out var entry) ? entry.Value : null;
            if (actual != wanted)
            {
                throw Mismatch(topic, name, actual ?? "nothing", wanted);
            }
        }
    }

    private static TopologyMismatchException Mismatch(TopicSpec topic, string what, string actual, string wanted) =>
        new($"Topic {topic.Name} has {what} = {actual}, declared is {wanted}. Change the declaration or the topic.");

    private async Task<T> AskAsync<T>(string what, Func<IAdminClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var refused = Refused();
            var answer = Volatile.Read(ref _admin).AskAsync(ask);

            // Refused credentials are tried again by the client until the request times out: there is nothing to wait for.
            if (await Task.WhenAny(answer, refused).WaitAsync(cancellationToken).ConfigureAwait(false) == refused)
            {
                throw KafkaErrors.Authentication();
            }

            var result = await answer.ConfigureAwait(false);
            _health.OnSuccess();
            return result;
        }
        catch (KafkaException error)
        {
            throw KafkaErrors.ForRequest(CauseOf(error), what);
        }
    }

    private static Error CauseOf(KafkaException error) => error switch
    {
        CreateTopicsException { Results: [var result, ..] } => result.Error,
        DescribeTopicsException { Results.TopicDescriptions: [var topic, ..] } => topic.Error,
        ListOffsetsException { Result.ResultInfos: [var info, ..] } => info.TopicPartitionOffsetError.Error,
        DescribeConfigsException { Results: [var result, ..] } => result.Error,
        ListConsumerGroupOffsetsException { Results: [var result, ..] } => result.Error,
        _ => error.Error,
    };

    private Task Refused()
    {
        var refused = Volatile.Read(ref _refused);
        if (refused.Task.IsCompleted && _time.GetElapsedTime(Volatile.Read(ref _refusedAt)) >= s_retryCredentials)
        {
            if (Interlocked.CompareExchange(ref _refused, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), refused) == refused)
            {
                // A new client, because the old one doesn't repeat an error for a while. Closing it waits for its threads.
                var old = Interlocked.Exchange(ref _admin, new KafkaAdmin(Connect));
                _ = Task.Run(old.Dispose);
            }
        }

        return Volatile.Read(ref _refused).Task;
    }

    private void OnError(Error error)
    {
        KafkaLog.ClientError(_clients.Logger, error.Code, error.Reason);
        if (KafkaErrors.IsAuthentication(error))
        {
            _health.OnAuthenticationFailed();
            Volatile.Write(ref _refusedAt, _time.GetTimestamp());
            Volatile.Read(ref _refused).TrySetResult();
        }
        else
        {
            _health.OnError(error);
        }
    }
}
