using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Toolkit.Caching.Redis;

/// <summary>Reads options from configuration without reflection.</summary>
internal static class RedisStoreOptionsReader
{
    public static void Read(IConfiguration configuration, RedisStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var setting in configuration.GetChildren())
        {
            var value = setting.Value ?? "";
            switch (setting.Key.ToUpperInvariant())
            {
                case "CONFIGURATION": options.Configuration = value; break;
                case "KEYPREFIX": options.KeyPrefix = value; break;
                case "MAXIMUMTIMETOLIVE" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span): options.MaximumTimeToLive = span; break;
                default: throw new InvalidOperationException($"The setting {setting.Path} is unknown or can't be read.");
            }
        }
    }
}
