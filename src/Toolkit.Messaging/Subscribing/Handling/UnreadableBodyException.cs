namespace Toolkit.Messaging;

/// <summary>The body of a message is none of its type: no attempt will change that. Never leaves the core.</summary>
#pragma warning disable CA1032, CA1064 // made in one place and caught in one
internal sealed class UnreadableBodyException(SerializationException reason) : Exception(reason.Message, reason)
{
#pragma warning restore CA1032, CA1064
    public SerializationException Reason => reason;
}
