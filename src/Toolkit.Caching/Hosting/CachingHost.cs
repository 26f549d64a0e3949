using Microsoft.Extensions.Hosting;
using Toolkit.Caching.Registry;
using Toolkit.Caching.Stores;
using Toolkit.Caching.Tags;

namespace Toolkit.Caching.Hosting;

/// <summary>Puts an application's settings in force when it starts, and takes them back when it ends.</summary>
internal sealed class CachingHost(CachingBuilder builder, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private CachingSettings? _settings;

    public void Activate()
    {
        lock (_gate)
        {
            if (_settings is not null)
            {
                return;
            }

            _settings = builder.Build(services);
            foreach (var backplane in _settings.Backplanes)
            {
                _subscriptions.Add(backplane.Subscribe(Receive));
            }
        }

        CachingRuntime.Start(_settings);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Activate();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        CachingSettings? settings;
        lock (_gate)
        {
            settings = _settings;
            _settings = null;
            _subscriptions.ForEach(static s => s.Dispose());
            _subscriptions.Clear();
        }

        if (settings is null)
        {
            return;
        }

        CachingRuntime.End(settings);
        foreach (var backplane in settings.Backplanes)
        {
            await backplane.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var store in settings.Stores.Values)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void Receive(CacheInvalidation invalidation)
    {
        if (invalidation.Kind == CacheInvalidationKind.Tags)
        {
            foreach (var tag in invalidation.Tags)
            {
                TagBarriers.Invalidate(tag);
            }

            return;
        }

        foreach (var method in MemoRegistry.All())
        {
            method.Receive(invalidation);
        }
    }
}
