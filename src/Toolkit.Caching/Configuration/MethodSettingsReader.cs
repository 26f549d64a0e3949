using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Toolkit.Caching.Configuration;

/// <summary>
/// Reads <c>{ "Namespace.Type.Method": { "Capacity": 100, "TimeToLive": "00:05:00" } }</c> by hand: the configuration binder
/// would need reflection.
/// </summary>
internal static class MethodSettingsReader
{
    public static IEnumerable<KeyValuePair<string, MethodSettings>> Read(IConfiguration configuration)
    {
        foreach (var section in configuration.GetChildren())
        {
            var settings = new MethodSettings();
            foreach (var value in section.GetChildren())
            {
                Apply(settings, value);
            }

            settings.Validate(section.Key);
            yield return KeyValuePair.Create(section.Key, settings);
        }
    }

    private static void Apply(MethodSettings settings, IConfigurationSection value)
    {
        switch (value.Key.ToUpperInvariant())
        {
            case "CAPACITY":
                settings.Capacity = Parse(value, static text => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture));
                break;
            case "POLICY":
                settings.Policy = Parse(value, static text => Enum.Parse<EvictionPolicy>(text, ignoreCase: true));
                break;
            case "TIMETOLIVE":
                settings.TimeToLive = Parse(value, Time);
                break;
            case "SLIDING":
                settings.Sliding = Parse(value, Time);
                break;
            case "REFRESHAHEAD":
                settings.RefreshAhead = Parse(value, Time);
                break;
            case "STALEIFERROR":
                settings.StaleIfError = Parse(value, Time);
                break;
            case "STORE":
                settings.Store = value.Value;
                break;
            case "ENABLED":
                settings.Enabled = Parse(value, bool.Parse);
                break;
            default:
                throw new InvalidOperationException($"{value.Path}: there is no such setting of a memoized method.");
        }
    }

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static T Parse<T>(IConfigurationSection value, Func<string, T> parse)
    {
        try
        {
            return parse(value.Value ?? "");
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidOperationException($"{value.Path}: '{value.Value}' can't be read.", exception);
        }
    }
}
