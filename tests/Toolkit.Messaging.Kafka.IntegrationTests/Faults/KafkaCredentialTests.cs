using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>Wrong passwords and missing rights end at once, with a type that says so, and without a secret in any text.</summary>
public sealed class KafkaCredentialTests(SharedServer<KafkaServer> shared) : MessagingContract, IAsyncLifetime
{
    private const string Secret = "s3cr3t-7f1b";
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);
    private readonly Texts _texts = new();
    private KafkaServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    [Fact]
    public async Task RightPassword_PublishesAndHandles()
    {
        var app = CreateSaslApp(KafkaServer.User, KafkaServer.Password);
        var topic = Name("secured");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await app.PublishAsync(topic, "m");

        await got.WaitForAsync(1);
    }

    [Fact]
    public async Task WrongPassword_PublishFailsFastAndTypedAndWithoutARetryStorm()
    {
        var app = CreateSaslApp(KafkaServer.User, Secret);
        var start = Stopwatch.GetTimestamp();

        var errors = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync("any", "m"))));
        var again = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync("any", "m"));

        Assert.True(Stopwatch.GetElapsedTime(start) < s_soon);
        Assert.All([.. errors, again], error => Assert.Equal(DeliveryOutcome.NotSent, error.Outcome));
        Assert.Equal(TransportStatus.Failed, app.Transport.Health.Status);
        AssertNoSecret([.. errors.Select(static error => error.ToString()), app.Transport.Health.Description]);
    }

    [Fact]
    public async Task WrongPassword_SubscribingAndDeclaringFailFastAndTyped()
    {
        var app = CreateSaslApp(KafkaServer.User, Secret);
        var unverified = CreateSaslApp(KafkaServer.User, Secret, TopologyMode.None);
        var start = Stopwatch.GetTimestamp();

        var declared = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.DeclareAsync("any"));
        var subscribed = await Assert.ThrowsAsync<AuthenticationException>(async () => await unverified.CollectAsync("any", "g", new MessageCollector()));

        Assert.True(Stopwatch.GetElapsedTime(start) < s_soon);
        AssertNoSecret([declared.ToString(), subscribed.ToString()]);
    }

    [Fact]
    public async Task WrongPassword_ThatIsRightLater_PublishingAndSubscribingWorkThen()
    {
        var app = CreateSaslApp(KafkaServer.Newcomer, Secret, mechanism: SaslMechanism.ScramSha256);
        var topic = Name("secured");
        await Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync(topic, "m"));
        await Assert.ThrowsAsync<AuthenticationException>(async () => await app.DeclareAsync(topic));
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _server.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        await admin.AlterUserScramCredentialsAsync([new UserScramCredentialUpsertion
        {
            User = KafkaServer.Newcomer,
            ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha256, Iterations = 4096 },
            Password = Encoding.UTF8.GetBytes(Secret),
        }]);

        var got = new MessageCollector();
        ISubscription? subscription = null;
        for (var start = Stopwatch.GetTimestamp(); subscription is null;)
        {
            try
            {
                subscription = await app.CollectAsync(topic, "g", got);
            }
            catch (AuthenticationException) when (Stopwatch.GetElapsedTime(start) < MessageCollector.Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Token); // the pause that keeps it from being a storm
            }
        }

        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);
        await subscription.DisposeAsync();
        Assert.Equal(TransportStatus.Connected, app.Transport.Health.Status);
    }

    [Fact]
    public async Task MissingRights_PublishingAndSubscribingFailTyped()
    {
        var topic = Name("forbidden");
        await CreateSaslApp(KafkaServer.User, KafkaServer.Password).DeclareAsync(topic);
        var app = CreateSaslApp(KafkaServer.Stranger, KafkaServer.Password, TopologyMode.None);

        await Assert.ThrowsAsync<AuthorizationException>(async () => await app.PublishAsync(topic, "m").AsTask().WaitAsync(s_soon, Token));
        await Assert.ThrowsAsync<AuthorizationException>(async () => await app.CollectAsync(topic, "g", new MessageCollector()).AsTask().WaitAsync(s_soon, Token));
    }

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, Contract.ContractSettings.Apply);

    private MessagingApp CreateSaslApp(string user, string password, TopologyMode topology = TopologyMode.Declare, SaslMechanism mechanism = SaslMechanism.Plain) => CreateApp(messaging =>
    {
        messaging.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_texts));
        messaging.UseTopology(topology);
        messaging.UseKafka(_server.SaslBootstrapServers, options =>
        {
            Contract.ContractSettings.Apply(options);
            options.SecurityProtocol = SecurityProtocol.SaslPlaintext;
            options.SaslMechanism = mechanism;
            options.UserName = user;
            options.Password = password;
        });
    });

    private void AssertNoSecret(IEnumerable<string> texts)
    {
        Assert.NotEmpty(_texts.All);
        Assert.All(_texts.All.Concat(texts), text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, new KafkaOptions { Password = Secret }.ToString(), StringComparison.Ordinal);
    }

    private sealed class Texts : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
