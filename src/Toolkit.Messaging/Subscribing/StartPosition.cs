namespace Toolkit.Messaging;

/// <summary>Where a group starts that has no position yet. A group that has one goes on from there.</summary>
public enum StartPosition
{
    /// <summary>The safe end: the oldest message where the broker keeps messages, otherwise from now on.</summary>
    Default = 0,

    /// <summary>The oldest message; refused by brokers without <see cref="TransportCapabilities.Replay"/>.</summary>
    Earliest = 1,

    /// <summary>From now on.</summary>
    Latest = 2,
}
