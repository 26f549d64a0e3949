namespace Toolkit.Messaging;

/// <summary>Where messages go that failed for good.</summary>
public sealed class DeadLetterOptions
{
    internal const string DefaultGroup = "parked";

    /// <summary>Whether to publish them to <see cref="Topic"/>; otherwise they are dropped, logged and counted.</summary>
    /// <value>True.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Topic; null for <c>{topic}.{group}.dead-letter</c>.</summary>
    /// <value>Null.</value>
    public string? Topic { get; set; }

    /// <summary>Group under which they wait to be read, where the broker stores messages by group.</summary>
    /// <value><c>parked</c>.</value>
    public string Group { get; set; } = DefaultGroup;

    internal void Validate(string topic)
    {
        OptionsCheck.Require(!string.IsNullOrEmpty(Group), "DeadLetterOptions.Group", Group, "a name");
        OptionsCheck.Require(Topic is not { Length: 0 } && Topic != topic, "DeadLetterOptions.Topic", $"'{Topic}'", "a name other than the subscription's topic, or null");
    }
}
