using System.Text;
using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

/// <summary>What every store must do. A test class a store derives from it.</summary>
public abstract partial class CacheStoreContract : IAsyncLifetime
{
    private readonly List<ICacheStore> _opened = [];

    /// <summary>The shortest time to live that the store can tell from none: a minute of a fake clock, a second of a server.</summary>
    protected abstract TimeSpan Unit { get; }

    /// <summary>The size of a value that the store takes in any case; at most 1,000,000 bytes.</summary>
    protected virtual int LargeValue => 1_000_000;

    /// <summary>Names the caches of one test, so that tests on one server do not meet.</summary>
    protected string CacheId { get; } = "contract-" + Guid.NewGuid().ToString("N");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store under test.</summary>
    protected ICacheStore Store => _opened[0];

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a store on the medium of this test: the second one sees what the first one stored.</summary>
    protected abstract ValueTask<ICacheStore> CreateAsync();

    /// <summary>Lets time pass for the store.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    protected virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    protected async ValueTask<ICacheStore> OpenAsync()
    {
        var store = await CreateAsync();
        _opened.Add(store);
        return store;
    }

    protected CacheStoreKey Key(string text) => new(CacheId, Encoding.UTF8.GetBytes(text));

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static async ValueTask<string?> ReadAsync(ICacheStore store, CacheStoreKey key)
    {
        var lookup = await store.GetAsync(key, Cancellation);
        return lookup.Found ? Encoding.UTF8.GetString(lookup.Value.Span) : null;
    }

    protected ValueTask<string?> ReadAsync(CacheStoreKey key) => ReadAsync(Store, key);

    protected ValueTask<bool> WriteAsync(CacheStoreKey key, string value) => WriteAsync(key, value, CacheStoreEntryOptions.Default);

    protected ValueTask<bool> WriteAsync(CacheStoreKey key, string value, CacheStoreEntryOptions options) =>
        Store.SetAsync(key, Bytes(value), options, Cancellation);
}
