namespace Toolkit.Messaging;

/// <summary>
/// Where handlers that have run out of work fetch more by themselves, many messages at a time. A transport whose client
/// pushes has none.
/// </summary>
internal interface IDeliverySource
{
    /// <summary>Whether there may be something to fetch; a cheap question.</summary>
    bool HasMore { get; }

    /// <summary>Fetches on the calling thread, which holds no lock, and hands over through <c>Deliver</c>.</summary>
    void Fetch();
}
