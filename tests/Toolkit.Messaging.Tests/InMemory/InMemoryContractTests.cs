using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.InMemory;

public sealed class InMemoryPublishSubscribeTests : PublishSubscribeContract
{
    private readonly InMemoryBroker _broker = new(new InMemoryBrokerOptions { AutoCreateTopics = false, MaxMessageBytes = 100_000 });

    protected override void Use(MessagingBuilder messaging) => messaging.UseInMemory(_broker);
}

public sealed class InMemoryOrderTests : OrderContract
{
    private readonly InMemoryBroker _broker = new();

    protected override void Use(MessagingBuilder messaging) => messaging.UseInMemory(_broker);
}

public sealed class InMemorySettlementTests : SettlementContract
{
    private readonly InMemoryBroker _broker = new();

    protected override void Use(MessagingBuilder messaging) => messaging.UseInMemory(_broker);
}

public sealed class InMemoryLifecycleTests : LifecycleContract
{
    private readonly InMemoryBroker _broker = new();

    protected override int OpenCloseRounds => 1000;

    protected override void Use(MessagingBuilder messaging) => messaging.UseInMemory(_broker);
}
