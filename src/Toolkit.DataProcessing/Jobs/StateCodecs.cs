using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>The codecs of types that need none of the caller's.</summary>
internal static class StateCodecs
{
    /// <summary>The codec of a type; null where the caller has to bring one.</summary>
    public static IStateCodec<T>? Find<T>() => Cache<T>.Codec;

    private static object? Make(Type type) =>
        type == typeof(string) ? new TextCodec()
        : type is { IsGenericType: true, Namespace: "System" } && RuntimeFeature.IsDynamicCodeSupported ? MakeTuple(type, type.GetGenericArguments())
        : null;

    // Tuples of up to three parts: with code made ahead of time only those without references, which need no parts.
    [UnconditionalSuppressMessage("Trimming", "IL2071", Justification = "The constructors are those of the codecs below, which are named here.")]
    [RequiresDynamicCode("Makes codecs of tuples.")]
    private static object? MakeTuple(Type type, Type[] parts)
    {
        var definition = type.GetGenericTypeDefinition();
        var codec = definition == typeof(ValueTuple<,>) ? typeof(PairCodec<,>)
            : definition == typeof(ValueTuple<,,>) ? typeof(TripleCodec<,,>)
            : null;
        return codec is null ? null : Activator.CreateInstance(codec.MakeGenericType(parts));
    }

    private static class Cache<T>
    {
        [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Make looks whether code can be made.")]
        public static readonly IStateCodec<T>? Codec = Of();

        private static IStateCodec<T>? Of() =>
            !RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? new PlainCodec<T>()
            : Make(typeof(T)) is IStateCodec<T> codec && codec is not IPartCodec { IsComplete: false } ? codec
            : null;
    }

    private interface IPartCodec
    {
        bool IsComplete { get; }
    }

    /// <summary>The bytes in memory: for another process of the same program on the same kind of processor.</summary>
    private sealed class PlainCodec<T> : IStateCodec<T>
    {
        public void Write(T value, IBufferWriter<byte> output)
        {
            var size = Unsafe.SizeOf<T>();
            Unsafe.WriteUnaligned(ref output.GetSpan(size)[0], value);
            output.Advance(size);
        }

        public T Read(ReadOnlySpan<byte> bytes) =>
            bytes.Length == Unsafe.SizeOf<T>() ? Unsafe.ReadUnaligned<T>(in bytes[0]) : throw new InvalidDataException($"A written {typeof(T)} has {bytes.Length} bytes.");
    }

    /// <summary>UTF-16, so that no text is changed; one byte stands for null.</summary>
    private sealed class TextCodec : IStateCodec<string?>
    {
        public void Write(string? value, IBufferWriter<byte> output)
        {
            if (value is null)
            {
                output.WriteFlag(true);
            }
            else
            {
                output.Write(MemoryMarshal.AsBytes(value.AsSpan()));
            }
        }

        public string? Read(ReadOnlySpan<byte> bytes) => bytes.Length == 1 ? null : new string(MemoryMarshal.Cast<byte, char>(bytes));
    }

    private sealed class PairCodec<T1, T2> : IStateCodec<(T1, T2)>, IPartCodec
    {
        public bool IsComplete => Find<T1>() is not null && Find<T2>() is not null;

        public void Write((T1, T2) value, IBufferWriter<byte> output)
        {
            output.WriteBlock(Find<T1>()!, value.Item1);
            output.WriteBlock(Find<T2>()!, value.Item2);
        }

        public (T1, T2) Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new StateReader(bytes);
            return (Find<T1>()!.Read(reader.ReadBlock()), Find<T2>()!.Read(reader.ReadBlock()));
        }
    }

    private sealed class TripleCodec<T1, T2, T3> : IStateCodec<(T1, T2, T3)>, IPartCodec
    {
        public bool IsComplete => Find<T1>() is not null && Find<T2>() is not null && Find<T3>() is not null;

        public void Write((T1, T2, T3) value, IBufferWriter<byte> output)
        {
            output.WriteBlock(Find<T1>()!, value.Item1);
            output.WriteBlock(Find<T2>()!, value.Item2);
            output.WriteBlock(Find<T3>()!, value.Item3);
        }

        public (T1, T2, T3) Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new StateReader(bytes);
            return (Find<T1>()!.Read(reader.ReadBlock()), Find<T2>()!.Read(reader.ReadBlock()), Find<T3>()!.Read(reader.ReadBlock()));
        }
    }
}
