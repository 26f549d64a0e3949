using Toolkit.Caching.Registry;

namespace Toolkit.Caching.Hosting;

/// <summary>
/// The settings in force. They are the process's: static methods have one cache a process, whoever configures it. The
/// last one to start wins, and what was before comes back when it ends.
/// </summary>
internal static class CachingRuntime
{
    private static readonly Lock Gate = new();
    private static readonly List<CachingSettings> Started = [];
    private static CachingSettings s_current = CachingSettings.Default;

    public static CachingSettings Current => Volatile.Read(ref s_current);

    public static void Start(CachingSettings settings) => Change(started => started.Add(settings));

    public static void End(CachingSettings settings) => Change(started => started.Remove(settings));

    private static void Change(Action<List<CachingSettings>> change)
    {
        lock (Gate)
        {
            change(Started);
            Volatile.Write(ref s_current, Started.Count == 0 ? CachingSettings.Default : Started[^1]);
            foreach (var method in MemoRegistry.All())
            {
                method.Reconfigure();
            }
        }
    }
}
