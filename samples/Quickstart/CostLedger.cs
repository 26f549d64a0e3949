namespace Quickstart;

/// <summary>What the subscriber has added up. Safe for concurrent use.</summary>
internal sealed class CostLedger
{
    private long _messages;
    private long _cost;

    public long Messages => Interlocked.Read(ref _messages);

    public long Cost => Interlocked.Read(ref _cost);

    public void Add(long cost)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _cost, cost);
    }
}
