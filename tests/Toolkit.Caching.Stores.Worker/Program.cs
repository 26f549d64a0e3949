// worker disk FOLDER | worker redis SERVER: answers commands from its standard input, a line each: get N, remove N, clear, tag, times N.
// Toolkit.Caching.Stores.Worker.Changed is the same program with another body of one method.
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;

await using var services = new ServiceCollection()
    .AddToolkitCaching(caching => _ = args[0] == "disk" ? caching.UseDisk(args[1]) : caching.UseRedis(args[1] + ",connectTimeout=30000,asyncTimeout=30000"))
    .BuildServiceProvider();
services.UseToolkitCaching();
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    switch (line.Split(' '))
    {
        case ["get", var number]:
            Console.WriteLine(await Shared.Compute(int.Parse(number)));
            break;
        case ["remove", var number]:
            await Memo.Shared.Compute.RemoveAsync(int.Parse(number), CancellationToken.None);
            Console.WriteLine("removed");
            break;
        case ["clear"]:
            await Memo.Shared.Compute.ClearAsync(CancellationToken.None);
            Console.WriteLine("cleared");
            break;
        case ["times", var number]:
            var result = await Shared.Times(int.Parse(number));
            Console.WriteLine($"{result}, {Shared.Computations} computed");
            break;
        case ["tag"]:
            await Memoized.InvalidateTagAsync("all", CancellationToken.None);
            Console.WriteLine("invalidated");
            break;
    }
}

internal static partial class Shared
{
    public static int Computations { get; private set; }

    [Memoize(Store = "default", Fingerprint = CodeFingerprint.Method)]
    public static ValueTask<int> Times(int number)
    {
        Computations++;
#if CHANGED
        return ValueTask.FromResult(number * 3);
#else
        return ValueTask.FromResult(number * 2);
#endif
    }

    /// <summary>A new value with every computation; no time to live, so that only invalidation brings another.</summary>
    [Memoize(Store = "default", Tags = ["all"])]
    public static ValueTask<string> Compute(int number) => ValueTask.FromResult($"{number} {Guid.NewGuid():N}");
}
