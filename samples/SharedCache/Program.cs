// Two processes with one cache: one changes a price and invalidates it, the other sees that.
//   dotnet run                                   over Redis on localhost:6379
//   dotnet run -- --store memcached              over memcached on localhost:11211
//   dotnet run -- --store redis --server host:port
// The program starts the second process itself: with --worker it reads a line, answers with what it sees, and so on.
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;

string? Option(string name) => Array.IndexOf(args, name) is var i && i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
var store = Option("--store") ?? "redis";
var server = Option("--server") ?? (store == "memcached" ? "localhost:11211" : "localhost:6379");
if (store is not ("redis" or "memcached"))
{
    Console.Error.WriteLine($"There is no store '{store}' here: --store redis or --store memcached.");
    return 2;
}

// Redis' options, such as a password, follow after a comma.
var (host, port) = server.Split(',')[0].Split(':') is [var name, var number] ? (name, int.Parse(number)) : (server.Split(',')[0], store == "memcached" ? 11211 : 6379);
if (!await AnswersAsync(host, port))
{
    Console.Error.WriteLine(store == "memcached"
        ? $"No memcached answers at {host}:{port}. Start one: memcached -p {port} -l 127.0.0.1"
        : $"No Redis answers at {host}:{port}. Start one: redis-server --port {port} --bind 127.0.0.1");
    return 1;
}

await using var services = new ServiceCollection()
    .AddToolkitCaching(caching => _ = store == "memcached" ? caching.UseMemcached(server) : caching.UseRedis(server))
    .BuildServiceProvider();
services.UseToolkitCaching();
Prices.Folder = Option("--data") ?? Directory.CreateTempSubdirectory("prices-").FullName;

if (args.Contains("--worker"))
{
    while (Console.ReadLine() is { } asked)
    {
        Console.WriteLine(await Prices.Of(asked));
    }

    return 0;
}

using var other = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Prices).Assembly.Location, "--worker", "--store", store, "--server", server, "--data", Prices.Folder])
{
    RedirectStandardInput = true,
    RedirectStandardOutput = true,
})!;
var article = "article-" + Guid.NewGuid().ToString("N")[..8];
async Task<string?> AskOtherAsync()
{
    await other.StandardInput.WriteLineAsync(article);
    return await other.StandardOutput.ReadLineAsync();
}

Prices.Write(article, 100);
Console.WriteLine($"this process computes: {await Prices.Of(article)}");
Console.WriteLine($"the other one takes it from {store}: {await AskOtherAsync()}");

Prices.Write(article, 200);
Console.WriteLine($"the price is 200 now, and the other one still says: {await AskOtherAsync()}");

await Memoized.InvalidateTagAsync("price:" + article, CancellationToken.None);
var seen = await AskOtherAsync();
for (var start = Stopwatch.GetTimestamp(); seen != "200" && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10);)
{
    // Over Redis the other process is told within milliseconds. Over memcached nobody tells it: its own memory holds a result for a second.
    await Task.Delay(20);
    seen = await AskOtherAsync();
}

Console.WriteLine($"invalidated here, the other one says: {seen}");
other.StandardInput.Close();
await other.WaitForExitAsync();
Directory.Delete(Prices.Folder, recursive: true);
Console.WriteLine(seen == "200" ? "done: both processes agree" : "failed: the other process still has the old price");
return seen == "200" ? 0 : 1;

static async Task<bool> AnswersAsync(string host, int port)
{
    using var client = new TcpClient();
    try
    {
        await client.ConnectAsync(host, port);
        return true;
    }
    catch (SocketException)
    {
        return false;
    }
}

internal static partial class Prices
{
    public static string Folder { get; set; } = "";

    public static void Write(string article, int price) => File.WriteAllText(Path.Combine(Folder, article), price.ToString());

    [Memoize(Store = "default", TimeToLive = "00:00:01", Tags = ["price:{article}"])]
    public static async ValueTask<int> Of(string article) => int.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, article)));
}
