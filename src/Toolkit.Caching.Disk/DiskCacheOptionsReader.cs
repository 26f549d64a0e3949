using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Toolkit.Caching.Disk;

/// <summary>Reads options from configuration by hand: without reflection, so that it works ahead of time, and with invariant numbers.</summary>
internal static class DiskCacheOptionsReader
{
    public static void Read(IConfiguration configuration, DiskCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var setting in configuration.GetChildren())
        {
            try
            {
                Apply(setting.Key, setting.Value ?? "", options);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
            {
                throw new InvalidOperationException($"The setting {setting.Path} can't be read: {exception.Message}", exception);
            }
        }
    }

    private static void Apply(string name, string value, DiskCacheOptions options)
    {
        switch (name.ToUpperInvariant())
        {
            case "FOLDER": options.Folder = value; break;
            case "SIZELIMIT": options.SizeLimit = long.Parse(value, CultureInfo.InvariantCulture); break;
            case "EVICTION": options.Eviction = Enum.Parse<DiskEvictionPolicy>(value, ignoreCase: true); break;
            case "SHARDS": options.Shards = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "LARGEVALUETHRESHOLD": options.LargeValueThreshold = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "MAPLARGEVALUES": options.MapLargeValues = bool.Parse(value); break;
            case "BUSYTIMEOUT": options.BusyTimeout = TimeSpan.Parse(value, CultureInfo.InvariantCulture); break;
            case "MAINTENANCEINTERVAL": options.MaintenanceInterval = TimeSpan.Parse(value, CultureInfo.InvariantCulture); break;
            default: throw new ArgumentException("there is no such setting");
        }
    }
}
