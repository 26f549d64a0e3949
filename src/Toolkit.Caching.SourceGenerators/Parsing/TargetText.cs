using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>How generated code calls the method itself.</summary>
/// <param name="Expression">The expression, without arguments.</param>
/// <param name="Accessor">The declaration of an accessor to a private method, or empty.</param>
/// <param name="PartialMember">What a partial method's type gets, or empty.</param>
/// <param name="Issues">What is wrong.</param>
internal sealed record TargetText(string Expression, string Accessor, string PartialMember, IReadOnlyList<Issue> Issues);
