// worker disk FOLDER | worker redis SERVER | worker settings FILE: answers commands from its standard input, a line each: get N, remove N, clear,
// tag, times N, and raw FOLDER, which says what the disk store itself throws. With a file of settings, "Store" in it says which store it is.
// Toolkit.Caching.Stores.Worker.Changed is the same program with another body of one method.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

await using var services = new ServiceCollection()
    .AddToolkitCaching(caching => _ = args[0] switch
    {
        "disk" => caching.UseDisk(args[1]),
        "redis" => caching.UseRedis(args[1] + ",connectTimeout=30000,asyncTimeout=30000"),
        _ => Settings.Use(caching, new ConfigurationBuilder().AddJsonFile(args[1]).Build().GetSection("Cache")),
    })
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
        case ["raw", var folder]:
            await using (var store = new DiskCacheStore(folder))
            {
                try
                {
                    await store.SetAsync(new CacheStoreKey("raw", "key"u8.ToArray()), "value"u8.ToArray(), CacheStoreEntryOptions.Default, CancellationToken.None);
                    Console.WriteLine("stored");
                }
                catch (CacheStoreException exception)
                {
                    Console.WriteLine(exception.Message.ReplaceLineEndings(" "));
                }
            }

            break;
        case ["tag"]:
            await Memoized.InvalidateTagAsync("all", CancellationToken.None);
            Console.WriteLine("invalidated");
            break;
    }
}

internal static class Settings
{
    public static CachingBuilder Use(CachingBuilder caching, IConfiguration settings) => settings["Store"] switch
    {
        "memory" => caching.UseMemoryStore(),
        "disk" => caching.UseDisk(settings.GetSection("Disk")),
        "redis" => caching.UseRedis(settings.GetSection("Redis")),
        "memcached" => caching.UseMemcached(settings.GetSection("Memcached")),
        var other => throw new ArgumentException($"'{other}' is no store."),
    };
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
