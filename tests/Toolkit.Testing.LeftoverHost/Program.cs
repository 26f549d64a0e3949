// Starts the server that the first argument names, writes its process ids and folders, and waits to be killed.
using Toolkit.Testing.Servers;

ITestServer server = args[0] switch
{
    "redis" => new RedisServer(),
    "memcached" => new MemcachedServer(),
    "rabbitmq" => new RabbitMqServer(),
    "kafka" => new KafkaServer(),
    "kafka-cluster" => new KafkaCluster(),
    _ => throw new ArgumentException($"Unknown server '{args[0]}'."),
};
await server.StartAsync();
IEnumerable<TestServer> nodes = server is KafkaCluster cluster ? cluster.Nodes : [(TestServer)server];
Console.WriteLine(string.Join(' ', nodes.Select(static node => node.Folder)));
await Task.Delay(Timeout.Infinite);
