namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>One field of a generated key.</summary>
/// <param name="Type">Fully qualified.</param>
/// <param name="Source">How it is made of the arguments.</param>
/// <param name="Kind">How it is compared.</param>
/// <param name="Write">The statement that writes <c>{0}</c> into a key of a store; empty where that is not possible.</param>
internal sealed record KeyFieldModel(string Type, string Source, KeyKind Kind, string Write);
