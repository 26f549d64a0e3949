using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Whether the settings of a <c>[Memoize]</c> make sense, each alone and together.</summary>
internal static class OptionChecks
{
    private const int MinimumCapacity = 3;
    private const int FingerprintOfMethod = 1;

    public static IEnumerable<Issue> Check(IMethodSymbol method, MemoizeSettings settings)
    {
        List<Issue> issues = [];
        if (settings.Capacity < MinimumCapacity)
        {
            Wrong("Capacity", "it must be at least 3");
        }

        if (settings.Policy is < 0 or > 1)
        {
            Wrong("Policy", "there is no such policy");
        }

        if (settings.Name is { } name && !Microsoft.CodeAnalysis.CSharp.SyntaxFacts.IsValidIdentifier(name))
        {
            Wrong("Name", "\"" + name + "\" is no identifier");
        }
        else if (settings.Name is { } taken && GeneratedNames.IsCacheMember(taken))
        {
            Wrong("Name", "\"" + taken + "\" is a member of every cache");
        }

        if (MemoClass.Chosen(method.ContainingAssembly) is { } chosen && !MemoClass.IsValid(chosen))
        {
            Wrong("MemoClass", "\"" + chosen + "\" is no identifier");
        }

        var timeToLive = Time("TimeToLive", settings.TimeToLive);
        Time("Sliding", settings.Sliding);
        var refresh = Time("RefreshAhead", settings.RefreshAhead);
        var stale = Time("StaleIfError", settings.StaleIfError);
        if (refresh is not null && (timeToLive is null || refresh >= timeToLive))
        {
            Wrong("RefreshAhead", "it must be shorter than TimeToLive, which has to be set");
        }

        if (stale is not null && timeToLive is null)
        {
            Wrong("StaleIfError", "without TimeToLive no result is ever stale");
        }

        if (settings.Fingerprint == FingerprintOfMethod && method.IsAbstract)
        {
            Wrong("Fingerprint", "there is no body here to take it of; use Assembly or a Version");
        }

        if (settings.Store is { Length: 0 })
        {
            Wrong("Store", "it must name a store");
        }

        if (settings.Tags.Any(static t => t.Length == 0))
        {
            Wrong("Tags", "a tag must not be empty");
        }

        if (settings.Store is not null && method.Parameters.Any(static p => p.Type.IsRefLikeType))
        {
            Wrong("Store", "a method with a parameter that lives on the stack can't have one");
        }

        return issues;

        void Wrong(string option, string why) => issues.Add(new Issue(Rules.WrongOption, method, option, method.Name, why));

        TimeSpan? Time(string option, string? text)
        {
            if (text is null)
            {
                return null;
            }

            if (!MemoizeSettings.TryParseTime(text, out var time))
            {
                Wrong(option, "\"" + text + "\" is no time; write \"00:05:00\" for five minutes");
                return null;
            }

            if (time <= TimeSpan.Zero)
            {
                Wrong(option, "it must be above zero");
                return null;
            }

            return time;
        }
    }
}
