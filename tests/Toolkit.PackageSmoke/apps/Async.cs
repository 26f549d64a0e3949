// packages: Toolkit.Async
using Toolkit.Async;

var squares = await FanOut.MapAsync(Enumerable.Range(1, 5), async (n, ct) =>
{
    await Task.Yield();
    return n * n;
}, maxConcurrency: 2);
Console.WriteLine(string.Join(' ', squares));

var mutex = new AsyncMutex();
var counter = 0;
await FanOut.ForEachAsync(Enumerable.Range(0, 1000), async (_, ct) =>
{
    using var lease = await mutex.AcquireAsync(ct);
    counter++;
}, maxConcurrency: 8);
Console.WriteLine(counter);
