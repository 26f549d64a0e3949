using System.Buffers;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>The state of one group. A structure whose default is the state of no row.</summary>
internal interface IAggregateState<TSelf, TValue, TResult>
    where TSelf : struct, IAggregateState<TSelf, TValue, TResult>
{
    void Add(TValue value);

    /// <summary>Adds a state of rows that come behind those of this one.</summary>
    void Merge(in TSelf later);

    TResult Result { get; }

    /// <summary>Whether states can be written; those without references always can.</summary>
    static virtual bool CanWrite => !RuntimeHelpers.IsReferenceOrContainsReferences<TSelf>();

    /// <summary>Writes a state, for another process of the same program as well.</summary>
    static virtual void Write(in TSelf state, IBufferWriter<byte> output)
    {
        var size = Unsafe.SizeOf<TSelf>();
        Unsafe.WriteUnaligned(ref output.GetSpan(size)[0], state);
        output.Advance(size);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    static virtual TSelf Read(ref StateReader reader) => Unsafe.ReadUnaligned<TSelf>(in reader.Read(Unsafe.SizeOf<TSelf>())[0]);
}
