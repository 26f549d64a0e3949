namespace Toolkit.Caching.Stores;

/// <summary>The serializers that need no JSON: a closed list, so that nothing is made at run time.</summary>
internal static class BuiltInCacheSerializers
{
    private static readonly Dictionary<Type, object> All = new()
    {
        [typeof(string)] = new TextCacheSerializer(),
        [typeof(byte[])] = new BytesCacheSerializer(),
    };

    static BuiltInCacheSerializers()
    {
        AddNumbers<sbyte>();
        AddNumbers<short>();
        AddNumbers<ushort>();
        AddNumbers<int>();
        AddNumbers<uint>();
        AddNumbers<long>();
        AddNumbers<ulong>();
        AddNumbers<Half>();
        AddNumbers<float>();
        AddNumbers<double>();
        All[typeof(ReadOnlyMemory<byte>)] = new MappedCacheSerializer<byte>();
    }

    public static object? TryGet(Type type) => All.GetValueOrDefault(type);

    private static void AddNumbers<T>()
        where T : unmanaged
    {
        All[typeof(T[])] = new ArrayCacheSerializer<T>();
        All[typeof(ReadOnlyMemory<T>)] = new MappedCacheSerializer<T>();
    }
}
