using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Toolkit.Messaging;

/// <summary>Names under which this package reports; what each instrument counts is in the package's README.</summary>
public static class MessagingDiagnostics
{
    /// <summary>Name of the <see cref="Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string Name = "Toolkit.Messaging";

    internal const string TagTransport = "messaging.system";
    internal const string TagDestination = "messaging.destination.name";
    internal const string TagGroup = "messaging.consumer.group.name";
    internal const string TagOutcome = "outcome";

    internal static readonly ActivitySource Source = new(Name);
    internal static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Published = Meter.CreateCounter<long>("toolkit.messaging.published", "{message}", "Publishes that ended, by outcome.");
    internal static readonly UpDownCounter<long> Unconfirmed = Meter.CreateUpDownCounter<long>("toolkit.messaging.unconfirmed", "{message}", "Publishes that are under way.");
    internal static readonly Histogram<double> PublishDuration = Meter.CreateHistogram<double>("toolkit.messaging.publish.duration", "s", "From the publish call to its end.");
    internal static readonly Counter<long> Received = Meter.CreateCounter<long>("toolkit.messaging.received", "{message}", "Deliveries from the broker.");
    internal static readonly Counter<long> Settled = Meter.CreateCounter<long>("toolkit.messaging.settled", "{message}", "Deliveries that ended, by outcome.");
    internal static readonly Counter<long> HandlerAttempts = Meter.CreateCounter<long>("toolkit.messaging.handler.attempts", "{call}", "Handler calls that ended, by outcome.");
    internal static readonly UpDownCounter<long> InFlight = Meter.CreateUpDownCounter<long>("toolkit.messaging.in_flight", "{message}", "Deliveries that are not settled.");
    internal static readonly Histogram<double> HandlerDuration = Meter.CreateHistogram<double>("toolkit.messaging.handler.duration", "s", "Handler calls.");
}
