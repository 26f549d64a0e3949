// worker FOLDER SEED SIZELIMIT: writes, reads and removes until it is killed. Every value says which key it belongs to, and is full of one byte:
// a wrong, torn or mixed one ends the process with exit code 3.
using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

const int keys = 400;
var random = new Random(int.Parse(args[1]));
var store = new DiskCacheStore(
    new DiskCacheOptions { Folder = args[0], SizeLimit = long.Parse(args[2]), LargeValueThreshold = 8 * 1024 },
    TimeProvider.System,
    NullLogger<DiskCacheStore>.Instance);
Console.WriteLine("ready");
while (true)
{
    var number = random.Next(keys);
    var bytes = new byte[4];
    BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
    var key = new CacheStoreKey("worker", bytes);
    switch (random.Next(10))
    {
        case 0:
            await store.RemoveAsync(key, default);
            break;
        case < 5:
            // One in eight is large enough for a file of its own.
            var value = new byte[4 + random.Next(random.Next(8) == 0 ? 40_000 : 500)];
            value.AsSpan(4).Fill((byte)number);
            bytes.CopyTo(value, 0);
            await store.SetAsync(key, value, new() { Tags = ["tag"] }, default);
            break;
        case 5 when random.Next(200) == 0:
            await store.InvalidateTagsAsync(["tag"], default);
            break;
        default:
            var lookup = await store.GetAsync(key, default);
            if (lookup.Found
                && (!lookup.Value.Span[..4].SequenceEqual(bytes) || lookup.Value.Span[4..].IndexOfAnyExcept((byte)number) >= 0))
            {
                Console.WriteLine($"wrong value of {number}");
                return 3;
            }

            break;
    }
}
