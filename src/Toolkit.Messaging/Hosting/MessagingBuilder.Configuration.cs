using Microsoft.Extensions.Configuration;

namespace Toolkit.Messaging;

/// <content>Settings from configuration.</content>
public sealed partial class MessagingBuilder
{
    /// <summary>
    /// Reads settings, which win over what code said before: <c>Provider</c> (<c>memory</c>, <c>kafka</c>, <c>rabbitmq</c>),
    /// <c>Topology</c>, <c>Publisher:DeliveryTimeout</c>, <c>Publisher:MaxUnconfirmed</c>, <c>Publisher:MaxUnconfirmedBytes</c>,
    /// <c>ShutdownTimeout</c>, and for registered subscriptions <c>Subscriptions:{topic}/{group}:…</c> with the names of
    /// <see cref="SubscriptionOptions"/> (<c>MaxConcurrency</c>, <c>Retry:MaxAttempts</c>, <c>DeadLetter:Topic</c>). A provider
    /// reads its own part, such as <c>RabbitMq:Uri</c>.
    /// </summary>
    /// <param name="section">The section, usually <c>Messaging</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">A setting can't be read; the text names it.</exception>
    public MessagingBuilder ReadConfiguration(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Configuration = section;
        var settings = new SettingReader(section);
        settings.Text("Provider", name => UseTransport(name));
        settings.Choice<Transport.TopologyMode>("Topology", mode => Options.Topology = mode);
        settings.Time("ShutdownTimeout", time => Options.ShutdownTimeout = time);
        var publisher = settings.At("Publisher");
        publisher.Time("DeliveryTimeout", time => Options.Publisher.DeliveryTimeout = time);
        publisher.Number("MaxUnconfirmed", count => Options.Publisher.MaxUnconfirmed = count);
        publisher.LongNumber("MaxUnconfirmedBytes", bytes => Options.Publisher.MaxUnconfirmedBytes = bytes);
        return this;
    }

    /// <summary>The section given to <see cref="ReadConfiguration"/>; null without one. For providers, which read their part when they are made.</summary>
    public IConfiguration? Configuration { get; private set; }

    internal void Apply(SubscriptionOptions options)
    {
        if (Configuration is null)
        {
            return;
        }

        var settings = new SettingReader(Configuration.GetSection($"Subscriptions:{options.Topic}/{options.Group}"));
        settings.Choice<Ordering>(nameof(options.Ordering), value => options.Ordering = value);
        settings.Choice<StartPosition>(nameof(options.Start), value => options.Start = value);
        settings.Number(nameof(options.MaxConcurrency), value => options.MaxConcurrency = value);
        settings.Number(nameof(options.MaxInFlight), value => options.MaxInFlight = value);
        settings.Number(nameof(options.MaxUncommittedGap), value => options.MaxUncommittedGap = value);
        settings.Time(nameof(options.MaxHandlerDuration), value => options.MaxHandlerDuration = value);
        settings.Time(nameof(options.DrainTimeout), value => options.DrainTimeout = value);
        var retry = settings.At("Retry");
        retry.Number(nameof(options.Retry.MaxAttempts), value => options.Retry.MaxAttempts = value);
        retry.Number(nameof(options.Retry.LaneAttempts), value => options.Retry.LaneAttempts = value);
        retry.Number(nameof(options.Retry.MaxDeliveries), value => options.Retry.MaxDeliveries = value);
        retry.Time(nameof(options.Retry.Delay), value => options.Retry.Delay = value);
        retry.Real(nameof(options.Retry.Factor), value => options.Retry.Factor = value);
        retry.Time(nameof(options.Retry.MaxDelay), value => options.Retry.MaxDelay = value);
        var deadLetter = settings.At("DeadLetter");
        deadLetter.Flag(nameof(options.DeadLetter.Enabled), value => options.DeadLetter.Enabled = value);
        deadLetter.Text(nameof(options.DeadLetter.Topic), value => options.DeadLetter.Topic = value);
        deadLetter.Text(nameof(options.DeadLetter.Group), value => options.DeadLetter.Group = value);
    }
}
