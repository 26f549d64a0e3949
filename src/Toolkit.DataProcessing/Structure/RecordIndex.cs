using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// The index of a stretch of bytes: where each field ends, which of those ends a record, and where a quote is stray. Native
/// memory of a fixed size; the kernel stops when the next block might not fit, and goes on after the rows were taken.
/// </summary>
internal sealed unsafe class RecordIndex : IDisposable
{
    /// <summary>The most entries that one block can add.</summary>
    private const int Block = 64;
    private const int MinimumCapacity = 4 * Block;
    private const int StrayCapacity = 1024;

    // Emitters write whole vectors: up to one block more than they count.
    private const int Slack = Block;

    private int _capacity;

    public RecordIndex(int capacity)
    {
        _capacity = Math.Max(capacity, MinimumCapacity);
        Ends = Allocate(_capacity);
        Rows = Allocate(_capacity);
        Strays = Allocate(StrayCapacity);
    }

    /// <summary>The positions in the buffer of the separators and line ends outside quotes, in order.</summary>
    public int* Ends { get; private set; }

    public int EndCount;

    /// <summary>Which of <see cref="Ends"/> are line ends.</summary>
    public int* Rows { get; private set; }

    public int RowCount;

    /// <summary>The positions of stray quotes and of text behind a closing quote (strict mode only).</summary>
    public int* Strays { get; }

    public int StrayCount;

    public long Bytes => (2L * (_capacity + Slack) + StrayCapacity + Slack) * sizeof(int);

    public bool HasRoom => EndCount <= _capacity - Block && RowCount <= _capacity - Block && StrayCount <= StrayCapacity - Block;

    /// <summary>The number of blocks whose entries fit for sure, where <see cref="HasRoom"/>: strays aside.</summary>
    public int RoomForBlocks => (_capacity - Math.Max(EndCount, RowCount)) / Block;

    /// <summary>Makes room for a record with more fields than the index holds.</summary>
    public void Grow()
    {
        var capacity = checked(_capacity * 2);
        Ends = (int*)NativeMemory.Realloc(Ends, (nuint)(capacity + Slack) * sizeof(int));
        Rows = (int*)NativeMemory.Realloc(Rows, (nuint)(capacity + Slack) * sizeof(int));
        _capacity = capacity;
    }

    public void Clear()
    {
        EndCount = 0;
        RowCount = 0;
        StrayCount = 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(Ends);
        NativeMemory.Free(Rows);
        NativeMemory.Free(Strays);
        Ends = Rows = null;
    }

    private static int* Allocate(int count) => (int*)NativeMemory.Alloc((nuint)(count + Slack), sizeof(int));
}
