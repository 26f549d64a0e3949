using System.Text.Json.Serialization;

namespace Toolkit.Messaging.Tests;

public sealed record OrderPlaced(int Id, decimal Amount = 0);

[JsonSerializable(typeof(OrderPlaced))]
public sealed partial class TestJson : JsonSerializerContext;
