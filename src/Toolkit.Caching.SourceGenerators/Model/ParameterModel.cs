namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A parameter as it has to be repeated.</summary>
/// <param name="Name">With <c>@</c> where it is a keyword.</param>
/// <param name="Type">Fully qualified.</param>
/// <param name="Modifier"><c>in</c>, <c>scoped</c> and so on, with a space behind, or empty.</param>
/// <param name="IsCancellationToken">Whether it is passed on and never in the key.</param>
/// <param name="IsByRefLike">Whether it lives on the stack.</param>
internal sealed record ParameterModel(string Name, string Type, string Modifier, bool IsCancellationToken, bool IsByRefLike)
{
    public string Declaration => Modifier + Type + " " + Name;

    public string Argument => Modifier.StartsWith("in ", StringComparison.Ordinal) ? "in " + Name : Name;
}
