using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>Everything that leaves the package (logs, exceptions, health, ToString, tags) is searched for the password.</summary>
public sealed class SecretsTests(SharedServer<RabbitMqServer> server)
{
    private const string Secret = "s3cr3t-Pa55-w0rd";

    [Fact]
    public async Task Password_OfAWrongLogin_AppearsNowhere()
    {
        var real = (await server.GetAsync(TestContext.Current.CancellationToken)).Uri;
        var texts = new ConcurrentQueue<string>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = s => s.Name == MessagingDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => texts.Enqueue(a.DisplayName + string.Join(';', a.TagObjects)),
        };
        ActivitySource.AddActivityListener(activities);
        using var metrics = new MeterListener { InstrumentPublished = (i, l) => l.EnableMeasurementEvents(i) };
        metrics.SetMeasurementEventCallback<long>((i, _, tags, _) => texts.Enqueue(i.Name + string.Join(';', tags.ToArray())));
        metrics.Start();
        foreach (var uri in new[] { $"amqp://someone:{Secret}@127.0.0.1:{real.Port}/", $"amqp://someone:{Secret}@127.0.0.1:1/", $"amqp://someone:{Secret}@127.0.0.1:{real.Port}/no-such-host" })
        {
            await using var provider = new ServiceCollection()
                .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(texts)))
                .AddMessaging(m => m.UseRabbitMq(uri, o => o.RequestTimeout = TimeSpan.FromSeconds(2)).ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromSeconds(2)))
                .BuildServiceProvider();
            texts.Enqueue((await Assert.ThrowsAnyAsync<MessagingException>(async () => await provider.GetRequiredService<IMessagePublisher>().PublishAsync("t", new OutboundMessage("x"u8.ToArray())))).ToString());
            texts.Enqueue((await Assert.ThrowsAnyAsync<MessagingException>(async () => await provider.GetRequiredService<ISubscriber>().SubscribeAsync<ReadOnlyMemory<byte>>(new SubscriptionOptions("t", "g"), (_, _) => default))).ToString());
            texts.Enqueue(provider.GetRequiredService<IMessageTransport>().Health.ToString());
        }

        texts.Enqueue(new RabbitMqOptions { Uri = new Uri($"amqp://someone:{Secret}@h/"), Password = Secret }.ToString());
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Messaging:Provider"] = "rabbitmq", ["Messaging:RabbitMq:Uri"] = "not an address " + Secret }).Build().GetSection("Messaging");
        await using var misconfigured = new ServiceCollection().AddMessaging(section, m => m.AddRabbitMq()).BuildServiceProvider();
        texts.Enqueue(Assert.ThrowsAny<InvalidOperationException>(() => misconfigured.GetRequiredService<IMessagePublisher>()).ToString());

        Assert.True(texts.Count > 20);
        Assert.DoesNotContain(texts, t => t.Contains(Secret, StringComparison.Ordinal));
    }

    private sealed class Recorder(ConcurrentQueue<string> texts) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => texts.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
