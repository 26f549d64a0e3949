// Downloads many files at once: so many at a time, so many a second, each with a time-out and with retries by Polly,
// with progress, and with the failed ones reported instead of the rest being lost. The server is one on loopback that
// is slow and unreliable on purpose: leave DemoServer out when you copy this file.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;
using Toolkit.Async;

await using var server = DemoServer.Start();
using var http = new HttpClient { BaseAddress = server.Address };
var paths = Enumerable.Range(0, 60).Select(i => $"files/{i}").Append("no-such-file").ToList();

// Retrying is Polly's: it goes around the request, inside the body.
var retries = 0;
var retry = new ResiliencePipelineBuilder()
    .AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = 4,
        Delay = TimeSpan.FromMilliseconds(20),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(e => (int?)e.StatusCode >= 500).Handle<TimeoutException>(),
        OnRetry = _ =>
        {
            Interlocked.Increment(ref retries);
            return default;
        },
    })
    .Build();

// 100 requests at once and 200 more a second.
await using var rate = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
{
    TokenLimit = 100,
    TokensPerPeriod = 20,
    ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
    QueueLimit = 1,
    QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
});

var options = new FanOutOptions
{
    MaxConcurrency = 8,
    ItemTimeout = TimeSpan.FromSeconds(10),
    Timeout = TimeSpan.FromMinutes(1),
    RateLimiter = rate,
    Progress = new EveryTenth(),
};

var downloads = await FanOut.MapSettledAsync(
    paths,
    async (path, ct) => await retry.ExecuteAsync(async token => await DownloadAsync(path, token), ct),
    options);

long bytes = 0;
var failed = 0;
foreach (var (path, download) in paths.Zip(downloads))
{
    if (download.TryGetValue(out var length))
    {
        bytes += length;
    }
    else
    {
        failed++;
        Console.WriteLine($"{path}: {download.Exception!.Message}");
    }
}

Console.WriteLine($"done: downloaded {downloads.Length - failed}, failed {failed}, bytes {bytes}, retries {(retries > 0 ? "some" : "none")}");

async Task<long> DownloadAsync(string path, CancellationToken cancellationToken)
{
    // One attempt: an answer that does not come within half a second is asked for again.
    using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    attempt.CancelAfter(TimeSpan.FromMilliseconds(500));
    try
    {
        using var response = await http.GetAsync(path, attempt.Token);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync(attempt.Token)).LongLength;
    }
    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
    {
        throw new TimeoutException($"{path} took too long.");
    }
}

internal sealed class EveryTenth : IProgress<FanOutProgress>
{
    public void Report(FanOutProgress value)
    {
        if (value.Completed % 10 == 0)
        {
            Console.WriteLine($"{value.Completed} of {value.Total} ({value.Failed} failed)");
        }
    }
}

/// <summary>
/// Just enough HTTP for the sample: file N has N + 1 KB; every fifth answers 503 the first time, every eleventh not at all.
/// </summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private Task _accepting = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    public static DemoServer Start()
    {
        var server = new DemoServer();
        server._listener.Start();
        server.Address = new Uri($"http://{server._listener.LocalEndpoint}/");
        server._accepting = server.AcceptAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (var reader = new StreamReader(client.GetStream(), Encoding.ASCII))
            {
                while (await reader.ReadLineAsync(_end.Token) is { } request)
                {
                    while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
                    {
                    }

                    await AnswerAsync(client.GetStream(), request.Split(' ')[1].TrimStart('/'));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has given up, or the sample is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string path)
    {
        var isFirst = _requests.AddOrUpdate(path, 1, (_, count) => count + 1) == 1;
        if (!path.StartsWith("files/", StringComparison.Ordinal))
        {
            await WriteAsync(stream, "404 Not Found", 0);
            return;
        }

        var number = int.Parse(path["files/".Length..]);
        if (isFirst && number % 11 == 10)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        await Task.Delay(10, _end.Token);
        await (isFirst && number % 5 == 4
            ? WriteAsync(stream, "503 Service Unavailable", 0)
            : WriteAsync(stream, "200 OK", (number + 1) * 1024));
    }

    private async Task WriteAsync(NetworkStream stream, string status, int length)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n"), _end.Token);
        await stream.WriteAsync(new byte[length], _end.Token);
    }
}
