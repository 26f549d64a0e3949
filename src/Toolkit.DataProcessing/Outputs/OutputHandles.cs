namespace Toolkit.DataProcessing;

/// <summary>The handles of a folder's files: no more than a number are open, and the one that was used longest ago is closed for the next. Used by one thread at a time.</summary>
internal sealed class OutputHandles(int most)
{
    // In the order of use.
    private readonly LinkedList<PooledFileStream> _open = new();

    /// <summary>Notes that a stream's handle is needed now.</summary>
    public void Use(PooledFileStream stream)
    {
        if (stream.IsOpen)
        {
            _open.Remove(stream.Place);
            _open.AddLast(stream.Place);
            return;
        }

        if (_open.Count >= most)
        {
            _open.First!.Value.CloseHandle();
        }

        stream.OpenHandle();
        _open.AddLast(stream.Place);
    }

    /// <summary>Notes that a stream's handle is closed.</summary>
    public void Forget(PooledFileStream stream) => _open.Remove(stream.Place);
}
