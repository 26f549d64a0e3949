using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class InMemoryTopic
{
    private readonly Lock _gate = new();
    private readonly InMemoryBroker _broker;
    private readonly InMemoryPartition[] _partitions;
    private readonly Dictionary<string, InMemoryGroup> _groups = new(StringComparer.Ordinal);
    private uint _next;

    public InMemoryTopic(InMemoryBroker broker, string name, int partitions)
    {
        _broker = broker;
        Name = name;
        _partitions = [.. Enumerable.Range(0, partitions).Select(i => new InMemoryPartition(broker, name, i))];
    }

    public string Name { get; }

    public int PartitionCount => _partitions.Length;

    public void Append(PublishRequest request) => _partitions[IndexOf(request.Key)].Append(request);

    public bool TryAppend(in DirectPublish message, out int partition, out long offset)
    {
        partition = IndexOf(message.Key);
        return _partitions[partition].TryAppend(message, out offset);
    }

    public InMemoryGroup Group(string name, StartPosition start)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(name, out var group))
            {
                _groups.Add(name, group = new InMemoryGroup(_broker, name, [.. _partitions.Select(p => p.Open(start))]));
            }

            return group;
        }
    }

    public void Resume()
    {
        foreach (var partition in _partitions)
        {
            partition.Resume();
        }
    }

    public long CountPublished() => _partitions.Sum(p => p.CountPublished());

    // Keys by hash; messages without a key in turn.
    private int IndexOf(string? key) => (int)((key is null ? Interlocked.Increment(ref _next) : Hash(key)) % (uint)_partitions.Length);

    // FNV-1a over UTF-16 code units: the same in every process, unlike string.GetHashCode.
    private static uint Hash(string key)
    {
        var hash = 2166136261;
        foreach (var c in key)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash;
    }
}
