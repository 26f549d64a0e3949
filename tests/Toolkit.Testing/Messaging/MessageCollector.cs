using System.Text;
using Toolkit.Messaging;

namespace Toolkit.Testing.Messaging;

/// <summary>A handler that keeps what it gets, and can be waited for. Thread-safe.</summary>
public sealed class MessageCollector
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly List<ReceivedMessage> _items = [];
    private readonly List<(Func<IReadOnlyList<ReceivedMessage>, bool> Until, TaskCompletionSource Done)> _waits = [];
    private readonly Func<ReceivedMessage, CancellationToken, ValueTask<Settlement>> _answer;

    public MessageCollector()
        : this((_, _) => new(Settlement.Complete))
    {
    }

    public MessageCollector(Func<ReceivedMessage, CancellationToken, ValueTask<Settlement>> answer) => _answer = answer;

    public IReadOnlyList<ReceivedMessage> Items
    {
        get
        {
            lock (_gate)
            {
                return [.. _items];
            }
        }
    }

    public IReadOnlyList<string> Texts => [.. Items.Select(i => i.Text)];

    public async ValueTask<Settlement> HandleAsync(MessageContext<ReadOnlyMemory<byte>> context, CancellationToken cancellationToken)
    {
        var item = new ReceivedMessage(Encoding.UTF8.GetString(context.Message.Span), context.Message.ToArray(), context.Key, context.MessageId, context.Attempt, context.Headers, context.Partition, context.ContentType, context.Timestamp);
        lock (_gate)
        {
            _items.Add(item);
            EndWaits();
        }

        try
        {
            return await _answer(item, cancellationToken);
        }
        finally
        {
            // A wait may be for what the answer does, not for the message's arrival.
            lock (_gate)
            {
                EndWaits();
            }
        }
    }

    private void EndWaits()
    {
        for (var i = _waits.Count - 1; i >= 0; i--)
        {
            if (_waits[i].Until(_items))
            {
                _waits[i].Done.TrySetResult();
                _waits.RemoveAt(i);
            }
        }
    }

    public Task WaitForAsync(int count) => WaitAsync(items => items.Count >= count, $"{count} messages");

    public Task WaitForDistinctAsync(int count)
    {
        // The condition is asked with every message: each time it looks at what is new alone.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = 0;
        return WaitAsync(items =>
        {
            for (; next < items.Count; next++)
            {
                seen.Add(items[next].Text);
            }

            return seen.Count >= count;
        }, $"{count} different messages");
    }

    /// <summary>Waits until every one of <paramref name="texts"/> has come.</summary>
    public Task WaitForAllAsync(IEnumerable<string> texts, string what)
    {
        var missing = texts.ToHashSet(StringComparer.Ordinal);
        var next = 0;
        return WaitAsync(items =>
        {
            for (; next < items.Count; next++)
            {
                missing.Remove(items[next].Text);
            }

            return missing.Count == 0;
        }, what);
    }

    /// <summary>
    /// Waits for a condition on what has come, which is asked under the collector's lock with every message: it must be cheap.
    /// </summary>
    public async Task WaitAsync(Func<IReadOnlyList<ReceivedMessage>, bool> until, string what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (until(_items))
            {
                return;
            }

            _waits.Add((until, done));
        }

        try
        {
            await done.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds} s for {what}; got {Items.Count} ({Items.Select(i => i.Text).Distinct().Count()} different): {string.Join(' ', Texts.Take(50))}");
        }
    }
}
