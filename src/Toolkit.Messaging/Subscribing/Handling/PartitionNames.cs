using System.Globalization;

namespace Toolkit.Messaging;

/// <summary>Lane names of partitions, made once.</summary>
internal static class PartitionNames
{
    private static readonly string[] s_names = [.. Enumerable.Range(0, 256).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    public static string Of(int partition) => (uint)partition < (uint)s_names.Length ? s_names[partition] : partition.ToString(CultureInfo.InvariantCulture);
}
