// Writes and reads many files at once: so many at a time, and with a lock for each file where several write to the same
// one. Files that are being written are held by a writer, those that are read by any number of readers.
using Toolkit.Async;

const int Entries = 2_000;
const int Files = 25;
const int AtOnce = 8;

var folder = Directory.CreateTempSubdirectory("async-files-").FullName;
try
{
    var locks = new KeyedAsyncReaderWriterLock<string>();

    // Each entry belongs to one of the files; eight are written at a time, never two to the same file.
    await FanOut.ForEachAsync(
        Enumerable.Range(0, Entries),
        async (entry, ct) =>
        {
            var path = Path.Combine(folder, $"{entry % Files:00}.log");
            using (await locks.AcquireWriterAsync(path, ct))
            {
                await File.AppendAllTextAsync(path, $"entry {entry}\n", ct);
            }
        },
        AtOnce);

    // Readers share a file with each other, but not with the writer that goes on appending to it.
    var paths = Directory.GetFiles(folder).Order().ToList();
    var appending = locks.AcquireWriterAsync(paths[0]).AsTask();
    using (var lease = await appending)
    {
        await File.AppendAllTextAsync(paths[0], "one more\n");
    }

    // Results come as soon as they are there; a slow consumer would hold back the reading.
    long lines = 0;
    long bytes = 0;
    await foreach (var file in FanOut.StreamAsync(paths, ReadAsync, AtOnce))
    {
        lines += file.Lines;
        bytes += file.Bytes;
        Console.WriteLine($"{Path.GetFileName(file.Path)}: {file.Lines} lines");
    }

    Console.WriteLine($"locks still in use: {locks.ActiveKeys}");
    Console.WriteLine($"done: wrote {Entries + 1}, read {lines}, files {paths.Count}, bytes {bytes}");
    return lines == Entries + 1 ? 0 : 1;

    async Task<(string Path, int Lines, long Bytes)> ReadAsync(string path, CancellationToken ct)
    {
        using (await locks.AcquireReaderAsync(path, ct))
        {
            var text = await File.ReadAllTextAsync(path, ct);
            return (path, text.Count(c => c == '\n'), text.Length);
        }
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}
