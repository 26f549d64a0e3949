using System.Runtime.InteropServices;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// Strings that were made from fields before, found by their bytes: a column of few distinct values then allocates next to
/// nothing. Its size is bounded: a new string takes the place of the one with the same slot. Not thread safe: one for each worker.
/// </summary>
public sealed class CsvStringPool
{
    private const int Slots = 4096;
    private const int LongestPooled = 128;

    private readonly (ulong Hash, string Text)[] _entries = new (ulong, string)[Slots];

    // Seeded for each pool: a file can't be made so that all of its values share a slot.
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>The string of <paramref name="utf8"/>; invalid UTF-8 becomes U+FFFD.</summary>
    /// <param name="utf8">The value of a field.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > LongestPooled)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = Hash(utf8);
        ref var entry = ref _entries[hash % Slots];
        if (entry.Text is not null && entry.Hash == hash && Matches(entry.Text, utf8))
        {
            return entry.Text;
        }

        var text = Encoding.UTF8.GetString(utf8);
        entry = (hash, text);
        return text;
    }

    private static bool Matches(string text, ReadOnlySpan<byte> utf8)
    {
        if (text.Length == utf8.Length)
        {
            return Ascii.Equals(utf8, text);
        }

        Span<byte> bytes = stackalloc byte[LongestPooled];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var written) && bytes[..written].SequenceEqual(utf8);
    }

    private ulong Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = _seed ^ (ulong)utf8.Length;
        while (utf8.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(utf8));
            utf8 = utf8[sizeof(ulong)..];
        }

        var tail = 0UL;
        for (var i = 0; i < utf8.Length; i++)
        {
            tail |= (ulong)utf8[i] << (i * 8);
        }

        return Mix(hash ^ tail);
    }

    private ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, _seed ^ 0x9E3779B97F4A7C15, out var low);
        return high ^ low;
    }
}
