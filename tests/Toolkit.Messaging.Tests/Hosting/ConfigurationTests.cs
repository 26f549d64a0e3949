using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Toolkit.Messaging.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task AddMessaging_Section_SettingsWinOverCode()
    {
        var section = Section(new()
        {
            ["Messaging:Provider"] = "memory",
            ["Messaging:Publisher:DeliveryTimeout"] = "00:00:05",
            ["Messaging:Publisher:MaxUnconfirmed"] = "7",
            ["Messaging:Subscriptions:orders/billing:MaxConcurrency"] = "3",
            ["Messaging:Subscriptions:orders/billing:Retry:MaxAttempts"] = "2",
            ["Messaging:Subscriptions:orders/billing:Retry:Factor"] = "1.5",
            ["Messaging:Subscriptions:orders/billing:Ordering"] = "strict",
        });
        SubscriptionOptions? options = null;
        await using var provider = new ServiceCollection()
            .AddMessaging(section, m => m
                .UseJson(TestJson.Default)
                .ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromSeconds(9))
                .AddSubscription<OrderPlaced, NoHandler>("orders", "billing", o => options = o))
            .BuildServiceProvider();
        await provider.GetRequiredService<IMessagingRuntime>().StartAsync(TestContext.Current.CancellationToken);

        var publisher = provider.GetRequiredService<MessagingOptions>().Publisher;
        Assert.Equal((TimeSpan.FromSeconds(5), 7), (publisher.DeliveryTimeout, publisher.MaxUnconfirmed));
        Assert.Equal((3, 2, 1.5, Ordering.Strict), (options!.MaxConcurrency, options.Retry.MaxAttempts, options.Retry.Factor, options.Ordering));
    }

    [Fact]
    public async Task AddMessaging_TopologyFromTheSection_CountsForTopicsAddedInCodeThatDontSayOtherwise()
    {
        var broker = new InMemoryBroker();
        await using var provider = new ServiceCollection()
            .AddMessaging(Section(new() { ["Messaging:Topology"] = "Verify" }), m => m
                .UseInMemory(broker)
                .AddTopic("declared", t => t.Mode = Transport.TopologyMode.Declare)
                .AddTopic("missing"))
            .BuildServiceProvider();

        var exception = await Assert.ThrowsAsync<DestinationNotFoundException>(() => provider.GetRequiredService<IMessagingRuntime>().StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("missing", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("25")] // read as days
    [InlineData("-00:00:01")]
    public void AddMessaging_ShutdownTimeoutOutOfRange_NamesTheSetting(string value)
    {
        var exception = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new ServiceCollection().AddMessaging(Section(new() { ["Messaging:ShutdownTimeout"] = value })));
        Assert.Contains("ShutdownTimeout", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddMessaging_SettingThatIsNoNumber_NamesItsKey()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddMessaging(Section(new() { ["Messaging:Publisher:MaxUnconfirmed"] = "many" })));
        Assert.Contains("Messaging:Publisher:MaxUnconfirmed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddMessaging_UnknownProvider_SaysWhichThereAre()
    {
        using var provider = new ServiceCollection().AddMessaging(Section(new() { ["Messaging:Provider"] = "kafka" })).BuildServiceProvider();
        var exception = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IMessagePublisher>());
        Assert.Contains("'kafka'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("memory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCheck_PublisherOnlyApplication_FlipsWithTheBroker()
    {
        var broker = new InMemoryBroker();
        var services = new ServiceCollection().AddLogging().AddMessaging(m => m.UseInMemory(broker));
        services.AddHealthChecks().AddMessaging();
        await using var provider = services.BuildServiceProvider();
        var health = provider.GetRequiredService<HealthCheckService>();

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
        broker.SetAvailable(false);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
        broker.SetAvailable(true);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
    }

    private static IConfigurationSection Section(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Messaging");

    private sealed class NoHandler : IMessageHandler<OrderPlaced>
    {
        public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken) => new(Settlement.Complete);
    }
}
