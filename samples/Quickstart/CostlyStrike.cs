using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>The message: one strike over the cost limit.</summary>
public sealed record CostlyStrike(DateOnly Date, string Airport, string? City, string State, string Species, long Cost);

/// <summary>Serialises the messages without reflection.</summary>
[JsonSerializable(typeof(CostlyStrike))]
internal sealed partial class MessageContext : JsonSerializerContext;
