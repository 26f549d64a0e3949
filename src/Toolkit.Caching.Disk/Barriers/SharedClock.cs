using System.IO.MemoryMappedFiles;

namespace Toolkit.Caching.Disk;

/// <summary>
/// A page of memory that all processes on the folder share: the logical time of the last invalidation, and the generation of
/// each database file. A reader sees another process's change for the price of a memory read.
/// </summary>
internal sealed unsafe class SharedClock
{
    private const int Length = 4096;
    private const int StampSlot = 0;
    private const int MessageSlot = 1;
    private const int FirstGenerationSlot = 2;
    private const int FirstTurnSlot = 128;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _slots;

    public SharedClock(DiskCacheOptions options, TimeProvider timeProvider)
    {
        var path = Path.Combine(options.Folder, "clock");
        using (var stream = OwnFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete))
        {
            if (stream.Length < Length)
            {
                using var exclusive = ExclusiveFile.Take(path + ".lock", options.BusyTimeout, timeProvider);

                // Written, not only made longer: memory over a hole of a file kills the process when the disk is full.
                var from = stream.Seek(0, SeekOrigin.End);
                stream.Write(new byte[Math.Max(0, Length - from)]);
            }
        }

        var opened = OwnFiles.Open(path, FileMode.Open, FileShare.ReadWrite | FileShare.Delete);
        _file = MemoryMappedFile.CreateFromFile(opened, null, Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.ReadWrite);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _slots = (long*)(pointer + _view.PointerOffset);
    }

    /// <summary>The logical time of the last invalidation.</summary>
    public long Stamp => Volatile.Read(ref _slots[StampSlot]);

    /// <summary>Moves the time forward, never back.</summary>
    public void Publish(long stamp)
    {
        long seen;
        while ((seen = Stamp) < stamp)
        {
            if (Interlocked.CompareExchange(ref _slots[StampSlot], stamp, seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Changes whenever a process published a message.</summary>
    public long Messages => Volatile.Read(ref _slots[MessageSlot]);

    public void MessagePublished() => Interlocked.Increment(ref _slots[MessageSlot]);

    /// <summary>How often the database file was replaced by a new one.</summary>
    public long Generation(int database) => Volatile.Read(ref _slots[FirstGenerationSlot + database]);

    /// <summary>The database file was replaced. At once on the disk: a power failure must not bring an older file back.</summary>
    public void Replaced(int database, long generation)
    {
        Volatile.Write(ref _slots[FirstGenerationSlot + database], generation);
        _view.Flush();
    }

    /// <summary>Whether it is this process's turn to do what one of them does for all, once in <paramref name="interval"/>.</summary>
    public bool TakeTurn(int database, long now, TimeSpan interval)
    {
        ref var slot = ref _slots[FirstTurnSlot + database];
        var last = Volatile.Read(ref slot);

        // A turn in the future was taken before the clock was set back.
        return (now - last >= interval.Ticks || last > now) && Interlocked.CompareExchange(ref slot, now, last) == last;
    }

    // Not disposed with the store: an operation that is still running would read unmapped memory. Unreachable means unused.
    ~SharedClock() => _view?.SafeMemoryMappedViewHandle.ReleasePointer();
}
