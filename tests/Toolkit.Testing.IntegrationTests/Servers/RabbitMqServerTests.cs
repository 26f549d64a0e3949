using System.Text;
using RabbitMQ.Client;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

public sealed class RabbitMqServerTests(SharedServer<RabbitMqServer> shared) : ServerContract<RabbitMqServer>(shared)
{
    private const string QueueName = "values";

    [Fact]
    public async Task ControlAsync_ListVhosts_AnswersForThisNode()
    {
        var server = await GetServerAsync();

        Assert.Contains("/", await server.ControlAsync(["list_vhosts", "--silent"], Token), StringComparison.Ordinal);
    }

    private protected override async Task<IServerClient> ConnectAsync(RabbitMqServer server, bool throughProxy, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = throughProxy ? server.ProxyUri : server.Uri,
            AutomaticRecoveryEnabled = false,
            ContinuationTimeout = TimeSpan.FromSeconds(60),
        };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken);
        await channel.QueueDeclareAsync(QueueName, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        return new Client(connection, channel);
    }

    /// <summary>Values are persistent messages of one durable queue; looking for one puts all back.</summary>
    private sealed class Client(IConnection connection, IChannel channel) : IServerClient
    {
        public async Task WriteAsync(string value, CancellationToken cancellationToken) => await channel.BasicPublishAsync(
            "", QueueName, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(value), cancellationToken);

        public async Task<bool> ContainsAsync(string value, CancellationToken cancellationToken)
        {
            var found = false;
            var last = 0UL;
            while (!found && await channel.BasicGetAsync(QueueName, autoAck: false, cancellationToken) is { } message)
            {
                last = message.DeliveryTag;
                found = Encoding.UTF8.GetString(message.Body.Span) == value;
            }

            if (last > 0)
            {
                await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
            }

            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
