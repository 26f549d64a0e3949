using System.Diagnostics.Metrics;
using Toolkit.Messaging;

namespace Toolkit.Testing.Messaging;

/// <summary>Sums one counter of the messaging meter by destination and outcome, and can be waited for.</summary>
public sealed class MetricWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string? Destination, string? Outcome), long> _counts = [];
    private readonly List<(Func<IReadOnlyDictionary<(string? Destination, string? Outcome), long>, bool> Until, TaskCompletionSource Done)> _waits = [];

    public MetricWatch(string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MessagingDiagnostics.Name && instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(value, tags));
        _listener.Start();
    }

    public async Task WaitAsync(Func<IReadOnlyDictionary<(string? Destination, string? Outcome), long>, bool> until, string what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (until(_counts))
            {
                return;
            }

            _waits.Add((until, done));
        }

        try
        {
            await done.Task.WaitAsync(MessageCollector.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {MessageCollector.Patience.TotalSeconds} s for {what}.");
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? destination = null;
        string? outcome = null;
        foreach (var (name, tag) in tags)
        {
            destination = name == "messaging.destination.name" ? tag as string : destination;
            outcome = name == "outcome" ? tag as string : outcome;
        }

        lock (_gate)
        {
            _counts[(destination, outcome)] = _counts.GetValueOrDefault((destination, outcome)) + value;
            foreach (var (_, done) in _waits.Where(w => w.Until(_counts)))
            {
                done.TrySetResult();
            }
        }
    }
}
