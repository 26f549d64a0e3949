namespace Toolkit.Caching.Runtime;

/// <summary>A call that moved to the heap.</summary>
internal readonly struct DeferredCall<TValue>(Func<TValue> call) : ISyncCall<TValue>
{
    public TValue Invoke() => call();

    public Func<TValue> Defer() => call;
}
