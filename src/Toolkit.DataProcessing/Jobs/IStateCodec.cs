using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>
/// Writes values and reads them again: keys and states of your own types, so that groups beyond the budget can go to disk and
/// states to another process of the same program. Strings, types without references and tuples of both need none.
/// </summary>
/// <remarks>Called from several threads at once.</remarks>
/// <typeparam name="T">The type of value.</typeparam>
public interface IStateCodec<T>
{
    /// <summary>Writes a value. Equal values have equal bytes where the values are keys.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where it goes.</param>
    void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">All of it, and nothing else.</param>
    T Read(ReadOnlySpan<byte> bytes);
}
