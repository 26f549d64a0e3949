namespace Toolkit.Async;

/// <summary>What a lease refers to. A base class, because a call of its method is cheaper than finding out a generic type.</summary>
internal abstract class LeaseHolder
{
    /// <summary>Ends the lease of that version; does nothing if it has ended.</summary>
    public abstract void Release(long version);
}
