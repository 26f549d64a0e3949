using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>Publish to handler on the in-memory broker.</summary>
[MemoryDiagnoser]
public class MemoryBenchmarks
{
    private const int Messages = 100_000;
    private readonly OutboundMessage _message = new(Workload.Body);
    private ServiceProvider? _provider;
    private ISubscription? _subscription;
    private IMessagePublisher? _publisher;
    private Countdown _countdown = new(1);

    [Params(Ordering.None, Ordering.Strict)]
    public Ordering Ordering { get; set; }

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup()
    {
        _subscription!.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _provider!.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task PublishToHandler()
    {
        _countdown = new Countdown(Messages);
        for (var i = 0; i < Messages; i++)
        {
            await _publisher!.PublishAsync("bench", _message);
        }

        await _countdown.Task;
    }

    private async Task SetupAsync()
    {
        _provider = new ServiceCollection().AddMessaging(m => m.UseInMemory()).BuildServiceProvider();
        _publisher = _provider.GetRequiredService<IMessagePublisher>();
        _subscription = await _provider.GetRequiredService<ISubscriber>().SubscribeAsync<ReadOnlyMemory<byte>>(new SubscriptionOptions("bench", "g") { Ordering = Ordering, MaxConcurrency = 1 }, (_, _) =>
        {
            _countdown.Signal();
            return new(Settlement.Complete);
        });
    }
}
