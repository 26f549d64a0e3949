// Downloads many files at once: so many at a time, so many a second, each with a time-out and with retries by Polly,
// with progress, and with the failed ones reported instead of the rest being lost. The server is one on loopback that
// is slow and unreliable on purpose (DemoServer.cs).
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
