using System.Buffers;

namespace Toolkit.Messaging;

/// <summary>Turns messages into bytes and back. Safe for concurrent use.</summary>
public interface IMessageSerializer
{
    /// <summary>Media type of the bodies.</summary>
    string ContentType { get; }

    /// <summary>Writes <paramref name="message"/>.</summary>
    /// <typeparam name="T">Type of the message.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <exception cref="SerializationException">The type is unknown, or the value can't be written.</exception>
    void Serialize<T>(T message, IBufferWriter<byte> output);

    /// <summary>Reads a message.</summary>
    /// <typeparam name="T">Type of the message.</typeparam>
    /// <param name="body">The bytes.</param>
    /// <returns>The message.</returns>
    /// <exception cref="SerializationException">The type is unknown, or the bytes are none of it.</exception>
    T Deserialize<T>(ReadOnlyMemory<byte> body);
}
