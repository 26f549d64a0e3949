using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;

namespace Toolkit.Caching.Disk.Tests;

public sealed class DiskCacheStoreContractTests : CacheStoreContract
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly TemporaryFolder _folder = new();

    protected override TimeSpan Unit => TimeSpan.FromMinutes(1);

    protected override ValueTask<ICacheStore> CreateAsync() => ValueTask.FromResult<ICacheStore>(
        new DiskCacheStore(new DiskCacheOptions { Folder = _folder.Path }, _clock, NullLogger<DiskCacheStore>.Instance));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
