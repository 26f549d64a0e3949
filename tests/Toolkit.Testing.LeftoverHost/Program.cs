// Starts the server that the first argument names, writes its process id and folder, and waits to be killed.
using Toolkit.Testing.Servers;

TestServer server = args[0] switch
{
    "redis" => new RedisServer(),
    "memcached" => new MemcachedServer(),
    _ => throw new ArgumentException($"Unknown server '{args[0]}'."),
};
await server.StartAsync();
Console.WriteLine($"{server.ProcessId} {server.Folder}");
await Task.Delay(Timeout.Infinite);
