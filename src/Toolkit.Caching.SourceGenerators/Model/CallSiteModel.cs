namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A call that goes to the cache.</summary>
/// <param name="File">The path of the file with the call.</param>
/// <param name="Location">The text of the attribute's arguments.</param>
/// <param name="Position">Where the call is, for people who read the generated code.</param>
/// <param name="Signature">What is called.</param>
/// <param name="IsReduced">Whether an extension method is called like a method of its first argument.</param>
internal sealed record CallSiteModel(string File, string Location, string Position, SignatureModel Signature, bool IsReduced);
