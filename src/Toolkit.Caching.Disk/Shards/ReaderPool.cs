using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Disk;

/// <summary>
/// Connections for look-ups: a slot a thread in the good case, any other free one, or a new one. Those of an older generation of
/// the file, and those beyond the slots, are closed on return.
/// </summary>
internal sealed class ReaderPool(DatabaseFile file) : IDisposable
{
    private const int Slots = 16;

    private readonly ShardReader?[] _slots = new ShardReader?[Slots];
    private volatile bool _disposed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShardReader Rent()
    {
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < Slots; i++)
        {
            ref var slot = ref _slots[(first + i) % Slots];
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } reader)
            {
                if (reader.Generation == file.Generation)
                {
                    return reader;
                }

                reader.Dispose();
            }
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        return new ShardReader(file);
    }

    public void Return(ShardReader reader)
    {
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < Slots && !_disposed; i++)
        {
            ref var slot = ref _slots[(first + i) % Slots];
            if (Interlocked.CompareExchange(ref slot, reader, null) is null)
            {
                if (_disposed)
                {
                    // Disposed in between: whoever takes it out of the slot closes it.
                    Interlocked.Exchange(ref slot, null)?.Dispose();
                }

                return;
            }
        }

        reader.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        for (var i = 0; i < Slots; i++)
        {
            Interlocked.Exchange(ref _slots[i], null)?.Dispose();
        }
    }
}
