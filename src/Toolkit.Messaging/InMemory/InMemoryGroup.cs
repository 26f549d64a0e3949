using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// A group: shares the partitions out among its members. A partition changes hands only after its member has finished what
/// runs (or its drain time-out is over), and only those that must change hands do.
/// </summary>
#pragma warning disable CA1001 // a SemaphoreSlim whose wait handle is never asked for holds nothing to dispose
internal sealed class InMemoryGroup(InMemoryBroker broker, string name, InMemoryCursor[] cursors)
{
    private readonly SemaphoreSlim _rebalancing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<InMemoryMember> _members = [];
    private int _epoch;
#pragma warning restore CA1001

    public InMemoryBroker Broker => broker;

    public void Join(InMemoryMember member)
    {
        lock (_gate)
        {
            _members.Add(member);
        }

        // The group's place is held already: nothing published from here on is missed while partitions change hands.
        _ = RebalanceAsync();
    }

    public async ValueTask LeaveAsync(InMemoryMember member)
    {
        lock (_gate)
        {
            _members.Remove(member);
        }

        await RebalanceAsync().ConfigureAwait(false);
    }

    public long Lag()
    {
        var lag = 0L;
        foreach (var cursor in cursors)
        {
            lag += cursor.Lag();
        }

        return lag;
    }

    private async Task RebalanceAsync()
    {
        await _rebalancing.WaitAsync().ConfigureAwait(false);
        try
        {
            InMemoryMember[] members;
            lock (_gate)
            {
                members = [.. _members];
            }

            var targets = Share(members);
            await Task.WhenAll(cursors.Select((c, i) => c.Owner == targets[i] ? Task.CompletedTask : ReleaseAsync(c))).ConfigureAwait(false);
            for (var i = 0; i < cursors.Length; i++)
            {
                if (targets[i] is { } target && cursors[i].Owner != target)
                {
                    var partition = cursors[i].Partition;
                    cursors[i].Assign(target, target.Sink.OpenLease(FormattableString.Invariant($"{partition.Topic}[{partition.Index}]/{name}#{++_epoch}")));
                }
            }

            foreach (var member in members)
            {
                member.SetCursors([.. cursors.Where(c => c.Owner == member)]);
            }
        }
        finally
        {
            _rebalancing.Release();
        }
    }

    private static async Task ReleaseAsync(InMemoryCursor cursor)
    {
        if (cursor.Owner is { } owner && cursor.Lease is { } lease)
        {
            await lease.RevokeAsync(owner.Request.DrainTimeout, CancellationToken.None).ConfigureAwait(false);
        }

        cursor.Assign(null, null);
        cursor.ReturnAll();
    }

    // Everyone keeps what is theirs up to an equal share; the rest goes to those who have less.
    private InMemoryMember?[] Share(InMemoryMember[] members)
    {
        var targets = new InMemoryMember?[cursors.Length];
        if (members.Length == 0)
        {
            return targets;
        }

        var least = cursors.Length / members.Length;
        var extra = cursors.Length % members.Length;
        var counts = members.ToDictionary(m => m, _ => 0);
        for (var i = 0; i < cursors.Length; i++)
        {
            if (cursors[i].Owner is not { } owner || !counts.TryGetValue(owner, out var has))
            {
                continue;
            }

            if (has < least || (has == least && extra > 0))
            {
                extra -= has == least ? 1 : 0;
                counts[owner] = has + 1;
                targets[i] = owner;
            }
        }

        for (var i = 0; i < cursors.Length; i++)
        {
            if (targets[i] is null)
            {
                var target = members.MinBy(m => counts[m])!;
                counts[target]++;
                targets[i] = target;
            }
        }

        return targets;
    }
}
