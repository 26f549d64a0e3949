using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging;

namespace Toolkit.Testing.Messaging;

/// <summary>
/// Everything that leaves the package as text, to be searched for secrets: log lines of every level, spans and metrics with
/// their tags, and what a test adds (exceptions, health, ToString).
/// </summary>
public sealed class TextRecorder : ILoggerFactory, ILogger, IDisposable
{
    private readonly ConcurrentQueue<string> _texts = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _metrics = new();

    public TextRecorder()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MessagingDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Add($"{activity.DisplayName} {activity.StatusDescription} {string.Join(';', activity.TagObjects)} {string.Join(';', activity.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(_activities);
        _metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MessagingDiagnostics.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument.Name + string.Join(';', tags.ToArray())));
        _metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name + string.Join(';', tags.ToArray())));
        _metrics.Start();
    }

    public IReadOnlyCollection<string> All => _texts;

    public void Add(string? text) => _texts.Enqueue(text ?? string.Empty);

    /// <summary>Takes the log of the application that is built of <paramref name="services"/>.</summary>
    public void Record(IServiceCollection services) => services.AddSingleton<ILoggerFactory>(this);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add(formatter(state, exception) + exception);

    public void Dispose()
    {
        _activities.Dispose();
        _metrics.Dispose();
    }
}
