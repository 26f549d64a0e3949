using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Diagnostics;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Puts a method's key together: its receiver's part, its arguments, or what a key provider makes of them.</summary>
internal sealed class KeyParser(IMethodSymbol method, MemoizeSettings settings, SignatureModel signature, Compilation compilation)
{
    private readonly Dictionary<string, int> _fieldOf = new(StringComparer.Ordinal);

    public KeyFieldParser Fields { get; } = new();

    public List<ParameterModel> Parameters { get; } = [];

    public List<Issue> Issues { get; } = [];

    /// <summary>Whether marked members tell instances apart.</summary>
    public bool HasIdentity { get; private set; }

    public void Parse()
    {
        List<IParameterSymbol> counted = [];
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            if (!signature.Parameters[i].IsCancellationToken && !MethodParser.HasAttribute(method.Parameters[i], Names.CacheIgnoreAttribute))
            {
                counted.Add(method.Parameters[i]);
                Parameters.Add(signature.Parameters[i]);
            }
        }

        if (settings.KeyProvider is { } provider)
        {
            AddProvided(provider, counted);
        }
        else
        {
            for (var i = 0; i < counted.Count; i++)
            {
                AddParameter(counted[i], Parameters[i].Name);
            }
        }

        AddReceiver();
    }

    public List<string> ParseTags()
    {
        List<string> tags = [];
        foreach (var tag in settings.Tags.Where(TagText.HasPlaceholder))
        {
            var text = TagText.Expression(tag, name => _fieldOf.TryGetValue(name, out var field) ? field : -1, out var unknown);
            if (unknown is not null)
            {
                Issues.Add(new Issue(Rules.UnknownTagParameter, method, tag, unknown, method.Name));
            }

            tags.Add(text);
        }

        return tags;
    }

    private void AddParameter(IParameterSymbol parameter, string source)
    {
        var before = Fields.Fields.Count;
        if (!Fields.TryAdd(parameter.Type, source))
        {
            Issues.Add(KeyMembers.Unreadable(parameter.Type) is { } member
                ? new Issue(Rules.UnreadableMember, parameter, member, Text(parameter.Type))
                : new Issue(Rules.UnsupportedKey, parameter, parameter.Name, Text(parameter.Type)));
            return;
        }

        if (Fields.Fields.Count == before + 1)
        {
            _fieldOf[parameter.Name] = before;
        }

        if (KeyMembers.IsMutableRecord(parameter.Type) && KeyMembers.Marked(parameter.Type).Count == 0)
        {
            Issues.Add(new Issue(Rules.MutableArgument, parameter, parameter.Name, Text(parameter.Type)));
        }

        if (settings.Store is not null && Fields.Fields.Skip(before).Any(static f => f.Write.Length == 0))
        {
            Issues.Add(new Issue(Rules.NotStorable, parameter, parameter.Name, Text(parameter.Type)));
        }
    }

    private void AddProvided(INamedTypeSymbol provider, List<IParameterSymbol> counted)
    {
        var getKey = provider.GetMembers("GetKey").OfType<IMethodSymbol>().FirstOrDefault(m =>
            m.IsStatic && !m.IsGenericMethod && TargetParser.IsReachable(m) && m.Parameters.Length == counted.Count
            && m.Parameters.Zip(counted, (p, c) => p.RefKind == RefKind.None && compilation.ClassifyCommonConversion(c.Type, p.Type).IsImplicit).All(static fits => fits));
        var source = getKey is null ? "" : TypeFormat.Name(provider) + ".GetKey(" + string.Join(", ", Parameters.Select(static p => p.Name)) + ")";
        if (getKey is null || getKey.ReturnsVoid || getKey.ReturnType.IsTupleType || !Fields.TryAdd(getKey.ReturnType, source)
            || (settings.Store is not null && Fields.Fields.Any(static f => f.Write.Length == 0)))
        {
            Issues.Add(new Issue(Rules.WrongKeyProvider, method, Text(provider), method.Name));
        }
    }

    private void AddReceiver()
    {
        if (signature.Receiver == ReceiverKind.Struct && settings.Scope == 0)
        {
            if (!Fields.TryAdd(method.ContainingType, "@this"))
            {
                Issues.Add(new Issue(Rules.UnsupportedKey, method, "this", Text(method.ContainingType)));
            }
        }
        else if (signature.Receiver == ReceiverKind.Object && settings.Scope == 0 && KeyMembers.Unreadable(method.ContainingType) is { } unreadable)
        {
            Issues.Add(new Issue(Rules.UnreadableMember, method, unreadable, Text(method.ContainingType)));
        }
        else if (signature.Receiver == ReceiverKind.Object && settings.Scope == 0)
        {
            foreach (var (type, name) in KeyMembers.Marked(method.ContainingType))
            {
                HasIdentity = true;
                if (!Fields.TryAdd(type, "@this." + name))
                {
                    Issues.Add(new Issue(Rules.UnsupportedKey, method, name, Text(type)));
                }
            }

            if (HasIdentity && !method.ContainingType.IsSealed)
            {
                Fields.AddTypeOf("@this");
            }

            if (!HasIdentity && settings.Store is not null && !signature.IsInterface)
            {
                Issues.Add(new Issue(Rules.StoreWithoutIdentity, method, method.Name));
            }
        }
    }

    private static string Text(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}
