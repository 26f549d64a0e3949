using System.Diagnostics;
using Toolkit.Messaging;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>
/// Base of the contract's classes. A provider's test project derives one class from each of them and says how to reach its
/// broker. Every test uses topics of its own, so that one server serves all of them, also side by side.
/// </summary>
public abstract class MessagingContract : IAsyncDisposable
{
    private readonly List<MessagingApp> _apps = [];
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..10];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Selects the provider under test, and the broker of this test class.</summary>
    protected abstract void Use(MessagingBuilder messaging);

    /// <summary>How long a provider may need to hand partitions or messages of a member that left to another one.</summary>
    protected virtual TimeSpan Handover => TimeSpan.FromSeconds(60);

    protected MessagingApp CreateApp(Action<MessagingBuilder>? configure = null)
    {
        var app = new MessagingApp(m =>
        {
            Use(m);
            configure?.Invoke(m);
        });
        Own(app);
        return app;
    }

    /// <summary>Closes <paramref name="app"/> with the test.</summary>
    protected void Own(MessagingApp app) => _apps.Add(app);

    /// <summary>A name that no other test uses.</summary>
    protected string Name(string name) => $"{name}-{_suffix}";

    protected static void RequireCapability(bool capability, string what) => Assert.SkipUnless(capability, $"The transport's capabilities say: no {what}.");

    /// <summary>Waits for a state that nothing signals.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < MessageCollector.Patience, $"The state did not come within {MessageCollector.Patience.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }
    }

    /// <summary>Publishes until the broker is back; each attempt that fails does so by its own deadline.</summary>
    protected static async Task PublishUntilAcknowledgedAsync(MessagingApp app, string topic, string text)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await app.PublishAsync(topic, text);
                return;
            }
            catch (MessagingException exception) when ((exception.IsTransient || exception is UnroutableException) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Token); // and again
            }
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
