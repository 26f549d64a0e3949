using System.ComponentModel;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>
/// How values that are not plain numbers or strings count in a key, for generated code. Stricter than their own equality
/// where a method can tell equal values apart: −0.0 from 0.0, 1.0m from 1.00m, dates of different kind, instants of
/// different offset.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KeyParts
{
    /// <summary>Whether no method could tell <paramref name="a"/> from <paramref name="b"/>, as far as their type lets us know.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same<T>(T a, T b)
    {
        // Each comparison of types is decided by the compiler for value types; nothing is boxed.
        if (typeof(T) == typeof(double))
        {
            return BitConverter.DoubleToInt64Bits((double)(object)a!) == BitConverter.DoubleToInt64Bits((double)(object)b!);
        }

        if (typeof(T) == typeof(float))
        {
            return BitConverter.SingleToInt32Bits((float)(object)a!) == BitConverter.SingleToInt32Bits((float)(object)b!);
        }

        if (typeof(T) == typeof(Half))
        {
            return BitConverter.HalfToInt16Bits((Half)(object)a!) == BitConverter.HalfToInt16Bits((Half)(object)b!);
        }

        if (typeof(T) == typeof(decimal))
        {
            return (decimal)(object)a! == (decimal)(object)b! && ((decimal)(object)a!).Scale == ((decimal)(object)b!).Scale && decimal.IsNegative((decimal)(object)a!) == decimal.IsNegative((decimal)(object)b!);
        }

        if (typeof(T) == typeof(DateTime))
        {
            return (DateTime)(object)a! == (DateTime)(object)b! && ((DateTime)(object)a!).Kind == ((DateTime)(object)b!).Kind;
        }

        if (typeof(T) == typeof(DateTimeOffset))
        {
            return ((DateTimeOffset)(object)a!).EqualsExact((DateTimeOffset)(object)b!);
        }

        return SameNullable(a, b);
    }

    /// <summary>The same of two values that may be missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same<T>(T? a, T? b)
        where T : struct =>
        a.HasValue == b.HasValue && (!a.HasValue || Same(a.GetValueOrDefault(), b.GetValueOrDefault()));

    /// <summary>A hash that agrees with <see cref="Same{T}(T, T)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash<T>(T value) => value is null ? 0 : value.GetHashCode();

    /// <summary>Writes a value into a key of a store.</summary>
    /// <exception cref="NotSupportedException">The type has no canonical form; it is to implement <see cref="ICacheKeyPart"/>.</exception>
    public static void Write<T>(ref CacheKeyWriter writer, T value)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case bool v: writer.Write(v); break;
            case char v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case byte v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case nint v: writer.Write(v); break;
            case nuint v: writer.Write(v); break;
            case Int128 v: writer.Write(v); break;
            case UInt128 v: writer.Write(v); break;
            case Half v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case decimal v: writer.Write(v); break;
            case string v: writer.Write(v); break;
            case Guid v: writer.Write(v); break;
            case DateTime v: writer.Write(v); break;
            case DateTimeOffset v: writer.Write(v); break;
            case TimeSpan v: writer.Write(v); break;
            case DateOnly v: writer.Write(v); break;
            case TimeOnly v: writer.Write(v); break;
            case BigInteger v: writer.Write(v); break;
            case Uri v: writer.Write(v.OriginalString); break;
            case Version v: writer.Write(v.ToString()); break;
            case Type v: writer.Write(v.AssemblyQualifiedName); break;
            case ContentKey v: v.WriteKey(ref writer); break;
            case ICacheKeyPart v: writer.WritePart(v); break;
            case Enum v: writer.Write(v.GetType().FullName); writer.Write(v.ToString("D")); break;
            default: throw new NotSupportedException($"{value.GetType()} has no canonical form for a key: let it implement ICacheKeyPart.");
        }
    }

    /// <summary>A value as part of a tag: the same text in every culture.</summary>
    public static string Text<T>(T value) =>
        value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value?.ToString() ?? "";

    // Nullables of the types above: boxing aside, the same rules. They are rare enough for that.
    private static bool SameNullable<T>(T a, T b)
    {
        if (default(T) is null && typeof(T).IsValueType)
        {
            return a is null || b is null ? a is null && b is null : SameBoxed(a, b);
        }

        // Uri.Equals leaves out the user and the fragment.
        return EqualityComparer<T>.Default.Equals(a, b)
            && (typeof(T).IsValueType || a is not Uri left || (b is Uri right && string.Equals(left.OriginalString, right.OriginalString, StringComparison.Ordinal)));
    }

    private static bool SameBoxed(object a, object b) => (a, b) switch
    {
        (double x, double y) => Same(x, y),
        (float x, float y) => Same(x, y),
        (Half x, Half y) => Same(x, y),
        (decimal x, decimal y) => Same(x, y),
        (DateTime x, DateTime y) => Same(x, y),
        (DateTimeOffset x, DateTimeOffset y) => Same(x, y),
        _ => a.Equals(b),
    };
}
