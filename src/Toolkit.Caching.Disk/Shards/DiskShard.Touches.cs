namespace Toolkit.Caching.Disk;

internal sealed partial class DiskShard
{
    // Each writes a page of its own at worst, while everyone else waits.
    private const int TouchesPerTransaction = 16;

    /// <summary>Writes the reads down that were noted since the last time.</summary>
    public void FlushTouches()
    {
        if (_touches.Take() is not { } touches)
        {
            return;
        }

        // In the order of the rows: a transaction then writes few pages.
        var due = touches.OrderBy(static touch => touch.Key).ToList();
        RemoveNoted(due);
        foreach (var chunk in due.Chunk(TouchesPerTransaction))
        {
            _writes.Use(writer =>
            {
                foreach (var (row, (used, expires)) in chunk)
                {
                    writer.Touch(row, used, expires);
                }

                return 0;
            });
        }

        _touches.Recycle(touches);
    }

    // What many processes read, one of them notes. The others find that out here, where nobody waits for them, and not in a write.
    private void RemoveNoted(List<KeyValuePair<long, (long Used, long Expires)>> touches)
    {
        try
        {
            UseShardReader(reader => touches.RemoveAll(touch => IsNoted(reader, touch.Key, touch.Value.Used, touch.Value.Expires)));
        }
        catch (SqliteFailure)
        {
            // The writer will find out, and knows what to do about it.
        }
    }

    // As the writer's statement has it; a row that is no more needs no note either.
    private static bool IsNoted(ShardReader reader, long row, long used, long expires)
    {
        if (!reader.Find(row))
        {
            return true;
        }

        var noted = reader.Used >= used || (reader.Used >= used - TouchResolution && reader.Expires >= expires);
        reader.Done();
        return noted;
    }
}
