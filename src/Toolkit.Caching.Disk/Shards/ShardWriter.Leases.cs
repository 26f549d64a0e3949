namespace Toolkit.Caching.Disk;

internal sealed partial class ShardWriter
{
    private const int TokenLength = 16;

    public bool TakeLease(ReadOnlySpan<byte> key, Guid token, long now, long until)
    {
        Span<byte> bytes = stackalloc byte[TokenLength];
        token.TryWriteBytes(bytes);
        _takeLease.Bind(1, key).Bind(2, bytes).Bind(3, now).Bind(4, until).Bind(5, ClockTolerance).Run();
        return Holds(key, token);
    }

    public bool RenewLease(ReadOnlySpan<byte> key, Guid token, long now, long until)
    {
        Span<byte> bytes = stackalloc byte[TokenLength];
        token.TryWriteBytes(bytes);
        _renewLease.Bind(1, key).Bind(2, bytes).Bind(3, until).Bind(4, now).Run();
        return Holds(key, token);
    }

    public bool DropLease(ReadOnlySpan<byte> key, Guid token)
    {
        Span<byte> bytes = stackalloc byte[TokenLength];
        token.TryWriteBytes(bytes);
        _dropLease.Bind(1, key).Bind(2, bytes).Run();
        return true;
    }

    private bool Holds(ReadOnlySpan<byte> key, Guid token)
    {
        Span<byte> bytes = stackalloc byte[TokenLength];
        token.TryWriteBytes(bytes);
        _leaseToken.Bind(1, key);
        var holds = _leaseToken.Step() && _leaseToken.Blob(0).SequenceEqual(bytes);
        _leaseToken.Reset();
        return holds;
    }
}
