using Toolkit.Caching.SourceGenerators.Diagnostics;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The model of a method, unless an error keeps it from having one, and all that is to be said about it.</summary>
internal sealed record ParsedMethod(MethodModel? Model, IReadOnlyList<Issue> Issues);
