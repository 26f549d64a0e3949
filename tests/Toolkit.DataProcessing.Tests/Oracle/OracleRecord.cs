namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>What both sides say of one record.</summary>
internal readonly record struct OracleRecord(long Offset, int Fields, ulong Hash);

/// <summary>What both sides say of one rejected record.</summary>
internal readonly record struct OracleReject(long Offset, long Line, BadRowReason Reason, ulong RawHash);

internal static class Fnv
{
    public const ulong Start = 14695981039346656037;

    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return (hash ^ 0x1FF) * 1099511628211;
    }
}
