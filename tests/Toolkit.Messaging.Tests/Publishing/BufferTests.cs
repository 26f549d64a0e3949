using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Publishing;

/// <summary>The buffers that bodies are serialised into are used again, but large ones are not kept.</summary>
public sealed class BufferTests
{
    private const int Large = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PublishAsync_AfterALargeMessage_ItsBufferIsNotKept(bool spanned)
    {
        var serializer = new LengthSerializer();
        using var spans = spanned ? new TextRecorder() : null; // with listeners a publish takes the long way
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker()).UseSerializer(_ => serializer));

        for (var i = 0; i < 3; i++)
        {
            await app.Publisher.PublishAsync("t", Large, cancellationToken: Token).AsTask().WaitAsync(Token);
            await app.Publisher.PublishAsync("t", 1, cancellationToken: Token).AsTask().WaitAsync(Token);
        }

        Assert.All(serializer.CapacitiesBefore, capacity => Assert.InRange(capacity, 0, 64 * 1024));
    }

    [Fact]
    public async Task PublishAsync_SerialiserPublishesInBetween_BothBodiesAreWhole()
    {
        var broker = new InMemoryBroker();
        IMessagePublisher publisher = null!;
        var serializer = new LengthSerializer { Between = () => publisher.PublishAsync("t", 7, cancellationToken: Token).AsTask() };
        await using var app = new MessagingApp(m => m.UseInMemory(broker).UseSerializer(_ => serializer));
        publisher = app.Publisher;
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("t", "g", got, o => o.MaxConcurrency = 1);

        await publisher.PublishAsync("t", 3, cancellationToken: Token);
        await got.WaitForAsync(2);

        Assert.Equal(["xxx", "xxxxxxx"], got.Texts.Order(StringComparer.Ordinal));
    }

    private sealed class LengthSerializer : IMessageSerializer
    {
        public List<int> CapacitiesBefore { get; } = [];

        public Func<Task>? Between { get; set; }

        public string ContentType => "text/plain";

        public void Serialize<T>(T message, IBufferWriter<byte> output)
        {
            var length = (int)(object)message!;
            CapacitiesBefore.Add(((ArrayBufferWriter<byte>)output).Capacity);
            output.Write("x"u8);
            var between = Between;
            Between = null;
            _ = between?.Invoke();
            for (var i = 1; i < length; i++)
            {
                output.Write("x"u8);
            }
        }

        public T Deserialize<T>(ReadOnlyMemory<byte> body) => (T)(object)body;
    }
}
