namespace Toolkit.Messaging;

/// <summary>How messages are published.</summary>
public sealed class PublisherOptions
{
    internal const int DefaultMaxUnconfirmed = 1024;
    internal const long DefaultMaxUnconfirmedBytes = 64L * 1024 * 1024;
    internal static readonly TimeSpan DefaultDeliveryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Longest time from the publish call to its acknowledgement or failure, waiting and sending again included.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan DeliveryTimeout { get; set; } = DefaultDeliveryTimeout;

    /// <summary>Most messages that are sent and not yet acknowledged; further publishes wait.</summary>
    /// <value>1024.</value>
    public int MaxUnconfirmed { get; set; } = DefaultMaxUnconfirmed;

    /// <summary>Most body bytes that are sent and not yet acknowledged; a larger message is sent alone.</summary>
    /// <value>64 MiB.</value>
    public long MaxUnconfirmedBytes { get; set; } = DefaultMaxUnconfirmedBytes;

    internal void Validate()
    {
        OptionsCheck.Require(DeliveryTimeout > TimeSpan.Zero && DeliveryTimeout <= TimeSpan.FromDays(1), "PublisherOptions.DeliveryTimeout", DeliveryTimeout, "more than zero and at most a day");
        OptionsCheck.Require(MaxUnconfirmed is >= 1 and <= 1_000_000, "PublisherOptions.MaxUnconfirmed", MaxUnconfirmed, "1 to 1,000,000");
        OptionsCheck.Require(MaxUnconfirmedBytes >= 1, "PublisherOptions.MaxUnconfirmedBytes", MaxUnconfirmedBytes, "at least 1 byte");
    }
}
