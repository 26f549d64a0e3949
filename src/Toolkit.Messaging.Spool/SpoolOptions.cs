using Microsoft.Extensions.Options;

namespace Toolkit.Messaging.Spool;

/// <summary>How messages are kept while the broker is away.</summary>
public sealed class SpoolOptions
{
    internal const long DefaultMaxMessages = 1_000_000;
    internal const int DefaultMaxConcurrency = 256;
    internal static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Path of the database file; its folder must exist. One process, and one publisher in it, at a time uses it.</summary>
    /// <value><c>messages.spool</c> in the current folder.</value>
    public string Path { get; set; } = "messages.spool";

    /// <summary>Most messages in the spool; further publishes fail with <see cref="BrokerUnavailableException"/>.</summary>
    /// <value>1,000,000.</value>
    public long MaxMessages { get; set; } = DefaultMaxMessages;

    /// <summary>
    /// How long a message waits for the broker's acknowledgement before it is spooled. It may have been stored by the broker
    /// all the same, and then arrives twice, under one message id. Well below <see cref="PublisherOptions.DeliveryTimeout"/>.
    /// </summary>
    /// <value>2 seconds.</value>
    public TimeSpan Patience { get; set; } = DefaultPatience;

    /// <summary>Wait before a message that the broker did not take is forwarded again.</summary>
    /// <value>500 milliseconds.</value>
    public TimeSpan RetryDelay { get; set; } = DefaultRetryDelay;

    /// <summary>Most messages that are forwarded at a time; of one key always one.</summary>
    /// <value>256.</value>
    public int MaxConcurrency { get; set; } = DefaultMaxConcurrency;

    /// <summary>Longest wait for the answer to a message that is forwarded: the publisher's own.</summary>
    internal TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        Require(!string.IsNullOrEmpty(Path), nameof(Path), Path, "a file");
        Require(MaxMessages >= 1, nameof(MaxMessages), MaxMessages, "at least 1");
        Require(Patience > TimeSpan.Zero && Patience <= TimeSpan.FromDays(1), nameof(Patience), Patience, "more than zero and at most a day");
        Require(RetryDelay > TimeSpan.Zero && RetryDelay <= TimeSpan.FromDays(1), nameof(RetryDelay), RetryDelay, "more than zero and at most a day");
        Require(MaxConcurrency is >= 1 and <= 10_000, nameof(MaxConcurrency), MaxConcurrency, "1 to 10,000");
    }

    private static void Require<T>(bool valid, string setting, T value, string allowed)
    {
        if (!valid)
        {
            throw new OptionsValidationException(setting, typeof(SpoolOptions), [FormattableString.Invariant($"SpoolOptions.{setting} is {value}; allowed is {allowed}.")]);
        }
    }
}
