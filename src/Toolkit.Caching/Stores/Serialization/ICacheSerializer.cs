using System.Buffers;

namespace Toolkit.Caching.Stores;

/// <summary>Turns values of one type into bytes for a store, and back. Implementations are safe for concurrent use.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public interface ICacheSerializer<T>
{
    /// <summary>
    /// Describes the format, down to the members of <typeparamref name="T"/>. Its hash is kept with every value: an entry of another
    /// schema is a miss, not a wrong value.
    /// </summary>
    string Schema { get; }

    /// <summary>Writes a value.</summary>
    void Serialize(T value, IBufferWriter<byte> destination);

    /// <summary>
    /// Reads a value. The result may refer to <paramref name="source"/>, which stays valid while it is referenced. Throws when the
    /// bytes are not a value; the caller counts that as a miss.
    /// </summary>
    T Deserialize(ReadOnlyMemory<byte> source);
}
