using System.Text.Json.Serialization;

namespace Toolkit.Testing.Messaging;

/// <summary>A typed message of the contract.</summary>
public sealed record ContractMessage(int Id, string Text);

/// <summary>Its metadata.</summary>
[JsonSerializable(typeof(ContractMessage))]
public sealed partial class ContractJson : JsonSerializerContext;
