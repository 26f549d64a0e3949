namespace Toolkit.Caching.Disk;

/// <summary>A rarer write, as a delegate.</summary>
internal sealed class DelegateOperation(Func<ShardWriter, bool> work) : WriteOperation
{
    public override void Execute(ShardWriter writer) => Outcome = work(writer);
}
