using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>The length of a database's log while somebody always writes and somebody always reads.</summary>
public sealed class DiskLogTests : IDisposable
{
    private const int Rounds = 60;
    private const int BytesPerRound = 1024 * 1024;

    // The log is moved from 4 MiB on; with it goes what is written before the next look at it.
    private const int LongestLog = 8 * 1024 * 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private long _row;

    [Fact]
    public void RunWhenLong_OthersReadAndWriteMeanwhile_KeepsTheLogShort()
    {
        var options = new DiskCacheOptions { Folder = _folder.Path };
        DiskLayout.Prepare(options, _clock);
        var file = new DatabaseFile(
            Path.Combine(_folder.Path, "shard-00.db"), 1, ShardSchema.Sql, options, new SharedClock(options, _clock), _clock, NullLogger.Instance);
        using var writer = file.Open(file.Generation, forWriting: true);
        using var reader = file.Open(file.Generation, forWriting: false);
        var moved = 0;

        // While the disk is flushed the reader ends and another write comes.
        using var log = new LogCheckpoint(file, alwaysFlushed: false, flushed: () =>
        {
            moved++;
            EndReading(reader);
            Write(writer, 1);
        });
        for (var round = 0; round < Rounds; round++)
        {
            // It reads what was there before this round's writes, so that the log can't be moved beyond that while it reads.
            EndReading(reader);
            reader.Execute("BEGIN");
            reader.QueryNumber("SELECT count(*) FROM entries");
            Write(writer, BytesPerRound);
            _clock.Advance(TimeSpan.FromSeconds(1));

            log.RunWhenLong();

            Assert.InRange(new FileInfo(file.Path + "-wal").Length, 1, LongestLog);
        }

        Assert.InRange(moved, 2, Rounds);
    }

    public void Dispose() => _folder.Dispose();

    private static void EndReading(SqliteConnection reader)
    {
        if (reader.IsInTransaction)
        {
            reader.Execute("COMMIT");
        }
    }

    // Always the same few rows: the database itself does not grow.
    private void Write(SqliteConnection writer, int bytes) => writer.Execute(FormattableString.Invariant(
        $"INSERT OR REPLACE INTO entries(id, used, expires, size, cache, file, record) VALUES({_row++ % 4}, 0, 0, {bytes}, 1, 0, zeroblob({bytes}))"));
}
