namespace Toolkit.Messaging;

/// <summary>What is known about a message whose publish did not succeed.</summary>
public enum DeliveryOutcome
{
    /// <summary>It was not sent: publishing it again can't make a duplicate.</summary>
    NotSent = 0,

    /// <summary>The broker refused it: it is not stored.</summary>
    Rejected = 1,

    /// <summary>It may be stored or not: publishing it again may make a duplicate.</summary>
    Unknown = 2,
}
