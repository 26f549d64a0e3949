namespace Toolkit.Messaging;

/// <summary>A transport that can often store a message during the call: such a publish needs no place in the window and no deadline.</summary>
internal interface IDirectTransport
{
    /// <summary>Stores the message now, or leaves it alone: then it is to be sent as a request, which may wait or fail.</summary>
    bool TryStore(in DirectPublish message, out int partition, out long offset);
}
