using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Toolkit.Caching.Memcached;

/// <summary>Reads options from configuration without reflection.</summary>
internal static class MemcachedStoreOptionsReader
{
    public static void Read(IConfiguration configuration, MemcachedStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var setting in configuration.GetChildren())
        {
            var value = setting.Value ?? "";
            switch (setting.Key.ToUpperInvariant())
            {
                case "SERVERS": options.Servers = value; break;
                case "KEYPREFIX": options.KeyPrefix = value; break;
                case "TIMEOUT" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span): options.Timeout = span; break;
                case "PROBEINTERVAL" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span): options.ProbeInterval = span; break;
                case "MAXIMUMVALUE" when int.TryParse(value, CultureInfo.InvariantCulture, out var number): options.MaximumValue = number; break;
                case "IDLECONNECTIONS" when int.TryParse(value, CultureInfo.InvariantCulture, out var number): options.IdleConnections = number; break;
                default: throw new InvalidOperationException($"The setting {setting.Path} is unknown or can't be read.");
            }
        }
    }
}
