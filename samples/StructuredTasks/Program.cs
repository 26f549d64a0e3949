// Tasks that belong to a block of code: they start inside of it, and when it is left all of them have ended, whether the
// block succeeded, failed, was cancelled or took too long.
using Toolkit.Async;

// 1. A page from three sources at once.
var page = await TaskGroup.RunAsync(async group =>
{
    var user = group.Run(ct => LoadAsync("user", 30, ct));
    var orders = group.Run(ct => LoadAsync("orders", 50, ct));
    var offers = group.Run(ct => LoadAsync("offers", 10, ct));
    return $"{await user} + {await orders} + {await offers}";
});
Console.WriteLine($"page: {page}");

// 2. The first failure ends the others, and is what is thrown, unwrapped.
var ended = 0;
var failure = "";
try
{
    await TaskGroup.RunAsync(async group =>
    {
        for (var i = 0; i < 3; i++)
        {
            _ = group.Run(async ct =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, ct);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }
            });
        }

        await Task.Delay(20);
        await group.Run(_ => Task.FromException(new InvalidOperationException("stock is down")));
    });
}
catch (InvalidOperationException e)
{
    failure = e.Message;
    Console.WriteLine($"failed: {e.Message}; {ended} siblings were cancelled and awaited");
}

// 3. The caller's cancellation reaches every child.
using var caller = new CancellationTokenSource();
var cancelled = TaskGroup.RunAsync(
    group =>
    {
        group.Run(ct => Task.Delay(Timeout.Infinite, ct));
        group.Run(ct => Task.Delay(Timeout.Infinite, ct));
        return Task.CompletedTask;
    },
    cancellationToken: caller.Token);
caller.Cancel();
try
{
    await cancelled;
}
catch (OperationCanceledException)
{
    Console.WriteLine("cancelled by the caller");
}

// 4. A group that takes too long says which children it waited for.
var late = "";
try
{
    await TaskGroup.RunAsync(
        group =>
        {
            group.Run(ct => Task.Delay(Timeout.Infinite, ct), "prices");
            group.Run(_ => Task.CompletedTask, "stock");
            return Task.CompletedTask;
        },
        new TaskGroupOptions { Name = "checkout", Timeout = TimeSpan.FromMilliseconds(200) });
}
catch (TimeoutException e)
{
    late = e.Message;
    Console.WriteLine($"too late: {e.Message}");
}

// 5. The first of several ways to the same result; the second starts after 50 ms only.
var fastest = await FanOut.RaceAsync<string>(
    [
        async ct => await LoadAsync("slow replica", 5_000, ct),
        async ct => await LoadAsync("fast replica", 10, ct),
    ],
    hedgeDelay: TimeSpan.FromMilliseconds(50));
Console.WriteLine($"race: {fastest}");

var well = ended == 3 && failure == "stock is down" && cancelled.IsCanceled && late.Contains("'prices'") && fastest == "fast replica";
Console.WriteLine($"done: siblings ended {ended}, cancelled {cancelled.IsCanceled}, winner {fastest}");
return well ? 0 : 1;

static async Task<string> LoadAsync(string what, int milliseconds, CancellationToken cancellationToken)
{
    await Task.Delay(milliseconds, cancellationToken);
    return what;
}
