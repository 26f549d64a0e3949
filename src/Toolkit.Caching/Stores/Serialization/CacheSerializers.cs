using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Toolkit.Caching.Stores;

/// <summary>
/// Finds the serializer of a type: first what was added, then the built-in ones (texts, byte arrays, arrays and
/// <see cref="ReadOnlyMemory{T}"/> of numbers), then the added JSON contexts, then, where the application allows reflection
/// (not when published ahead of time), the default JSON contract. Safe for concurrent use.
/// </summary>
public sealed class CacheSerializers
{
    private readonly ConcurrentDictionary<Type, object> _added = new();
    private readonly ConcurrentDictionary<Type, object> _found = new();
    private readonly List<IJsonTypeInfoResolver> _resolvers = [];
    private readonly Lock _lock = new();
    private JsonSerializerOptions? _options;

    /// <summary>Uses <paramref name="serializer"/> for <typeparamref name="T"/>. The last one wins.</summary>
    public CacheSerializers Add<T>(ICacheSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _added[typeof(T)] = serializer;
        _found.Clear();
        return this;
    }

    /// <summary>Uses System.Text.Json with <paramref name="typeInfo"/> for <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">The type is polymorphic, holds <see cref="object"/>, or has nothing to store.</exception>
    public CacheSerializers AddJson<T>(JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return Add(new JsonCacheSerializer<T>(typeInfo));
    }

    /// <summary>Uses the types of a source-generated context, with its own options.</summary>
    public CacheSerializers AddJson(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
            _resolvers.Add(context);
            _options = null;
            _found.Clear();
        }

        return this;
    }

    /// <summary>The serializer of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">There is none, or its JSON contract can't be cached; the message says what to add.</exception>
    public ICacheSerializer<T> Get<T>()
    {
        if (_found.TryGetValue(typeof(T), out var found))
        {
            return (ICacheSerializer<T>)found;
        }

        var serializer = Find<T>();
        _found[typeof(T)] = serializer;
        return serializer;
    }

    private ICacheSerializer<T> Find<T>()
    {
        if (_added.TryGetValue(typeof(T), out var added))
        {
            return (ICacheSerializer<T>)added;
        }

        if (BuiltInCacheSerializers.TryGet(typeof(T)) is ICacheSerializer<T> builtIn)
        {
            return builtIn;
        }

        lock (_lock)
        {
            foreach (var context in _resolvers.OfType<JsonSerializerContext>())
            {
                if (context.GetTypeInfo(typeof(T)) is JsonTypeInfo<T> own)
                {
                    return new JsonCacheSerializer<T>(own);
                }
            }

            _options ??= CreateOptions();
            if (_options.TryGetTypeInfo(typeof(T), out var typeInfo))
            {
                return new JsonCacheSerializer<T>((JsonTypeInfo<T>)typeInfo);
            }
        }

        throw new NotSupportedException(
            $"There is no cache serializer for {typeof(T)}. Add a source-generated JsonSerializerContext with "
            + $"[JsonSerializable(typeof({typeof(T).Name}))], or an ICacheSerializer<{typeof(T).Name}>.");
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            // The fields of tuples, and NaN: left out or refused, a cached result would differ from the computed one.
            IncludeFields = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            TypeInfoResolver = BuiltInJsonContext.Default,
        };
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            AddReflection(options);
        }

        options.MakeReadOnly();
        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Behind the feature switch that trimmed applications turn off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Behind the feature switch that ahead-of-time applications turn off.")]
    private static void AddReflection(JsonSerializerOptions options) =>
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
}
