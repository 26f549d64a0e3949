using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Subscribing;

/// <summary>What a handler has registered at its token.</summary>
public sealed class CancellationCallbackTests
{
    [Fact]
    public async Task Callback_Throws_IsLoggedAndTheMessageComesAgain()
    {
        var broker = new InMemoryBroker();
        using var log = new LogWatch("a callback of its token threw");
        await using var app = new MessagingApp(m =>
        {
            m.UseInMemory(broker);
            m.Services.AddSingleton<ILoggerFactory>(log);
            m.Services.AddLogging();
        });
        var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (message, token) =>
        {
            _ = token.Register(static () => throw new InvalidTimeZoneException("from the callback"));
            registered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return Settlement.Complete;
        });
        var subscription = await app.CollectAsync("orders", "g", got);
        await app.PublishAsync("orders", "m");
        await registered.Task.WaitAsync(MessageCollector.Patience, TestContext.Current.CancellationToken);
        await subscription.DrainAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        var error = await log.Seen.WaitAsync(MessageCollector.Patience, TestContext.Current.CancellationToken);
        var again = new MessageCollector();
        await using var second = await app.CollectAsync("orders", "g", again);
        await again.WaitForAsync(1);

        Assert.IsType<InvalidTimeZoneException>(error);
    }

    private sealed class LogWatch(string text) : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource<Exception?> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception?> Seen => _seen.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(text, StringComparison.Ordinal))
            {
                _seen.TrySetResult(exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
