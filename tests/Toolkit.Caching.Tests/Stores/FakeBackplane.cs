using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tests.Stores;

internal sealed class FakeBackplane : ICacheBackplane
{
    private Action<CacheInvalidation>? _handler;

    public List<CacheInvalidation> Published { get; } = [];

    public void Receive(CacheInvalidation invalidation) => _handler?.Invoke(invalidation);

    public ValueTask PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        Published.Add(invalidation);
        return ValueTask.CompletedTask;
    }

    public IDisposable Subscribe(Action<CacheInvalidation> handler)
    {
        _handler = handler;
        return new Subscription(this);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Subscription(FakeBackplane backplane) : IDisposable
    {
        public void Dispose() => backplane._handler = null;
    }
}
