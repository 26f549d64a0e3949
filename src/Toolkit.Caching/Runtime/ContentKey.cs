using System.ComponentModel;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>
/// An argument that counts by its content, such as a list: its canonical bytes, copied when the method is called, so that a
/// later change of the argument does not reach the key. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ContentKey : IEquatable<ContentKey>
{
    private readonly byte[]? _bytes;
    private readonly int _hash;

    /// <summary>Copies what was written.</summary>
    public ContentKey(scoped ref CacheKeyWriter writer)
    {
        _bytes = writer.WrittenSpan.ToArray();
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        _hash = hash.ToHashCode();
    }

    /// <summary>Compares all bytes.</summary>
    public static bool operator ==(ContentKey left, ContentKey right) => left.Equals(right);

    /// <summary>Compares all bytes.</summary>
    public static bool operator !=(ContentKey left, ContentKey right) => !left.Equals(right);

    /// <summary>Writes the bytes into a key.</summary>
    public void WriteKey(ref CacheKeyWriter writer) => writer.Write(_bytes);

    /// <inheritdoc/>
    public bool Equals(ContentKey other) => _hash == other._hash && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
