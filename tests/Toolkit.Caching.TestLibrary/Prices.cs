namespace Toolkit.Caching.TestLibrary;

public interface IPrices
{
    string Currency { get; set; }

    [Memoize(Tags = ["prices", "price:{id}"])]
    Task<decimal> GetAsync(int id, CancellationToken cancellationToken);

    [Memoize]
    int Count(string category);

    void Forget();
}

public sealed class Prices : IPrices
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public string Currency { get; set; } = "EUR";

    public async Task<decimal> GetAsync(int id, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return id + (Interlocked.Increment(ref _calls) * 0.01m);
    }

    public int Count(string category) => category.Length + (1000 * Interlocked.Increment(ref _calls));

    public void Forget() => Currency = "";
}

public class Shape
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    [Memoize]
    public virtual int Area(int n)
    {
        Interlocked.Increment(ref _calls);
        return n * n;
    }
}

public interface ICatalog<TKey>
{
    [Memoize]
    string Name(TKey key);
}

public interface IRepository<TKey, TValue> : ICatalog<TKey>
    where TKey : notnull
    where TValue : class
{
    [Memoize(Tags = ["key:{key}"])]
    Task<TValue?> FindAsync(TKey key, CancellationToken cancellationToken);

    Task<int> CountAsync();
}
