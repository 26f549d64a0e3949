using System.Text.Json;

namespace Toolkit.DataProcessing;

/// <summary>
/// The checkpoint of one run: what is found of an earlier one, and what is saved for a later one. The file is replaced by a
/// rename, so that a kill leaves either the checkpoint before or the one after.
/// </summary>
/// <remarks>
/// A kill of the process loses nothing; a loss of power can, because files are not forced to the disk at each checkpoint.
/// </remarks>
internal sealed class RunCheckpoint : IDisposable
{
    private const string FileName = "checkpoint.json";
    private const string LockName = "checkpoint.lock";

    private readonly string _folder;
    private readonly string _path;
    private readonly Action<string>? _onStep;
    private readonly SortedDictionary<string, string> _identity;

    private readonly FileStream _lock;

    private RunCheckpoint(string folder, SortedDictionary<string, string> identity, CheckpointState? resumed, Action<string>? onStep, FileStream heldLock)
    {
        _lock = heldLock;
        _folder = folder;
        _path = Path.Combine(folder, FileName);
        _identity = identity;
        _onStep = onStep;
        Resumed = resumed;
    }

    /// <summary>Where an earlier run ended; null for a fresh start.</summary>
    public CheckpointState? Resumed { get; }

    /// <summary>Opens the folder of a run, or gives null where none is wanted.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="identity">What the run is.</param>
    /// <exception cref="CsvCheckpointException">There is a checkpoint of another run, or a run that is under way has the folder.</exception>
    public static RunCheckpoint? Open(RunOptions options, Func<SortedDictionary<string, string>> identity)
    {
        if (options.CheckpointFolder is not { } folder)
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        var heldLock = Lock(folder);
        try
        {
            var current = identity();
            var path = Path.Combine(folder, FileName);
            var resumed = File.Exists(path) ? Read(path) : null;
            if (resumed is not null)
            {
                Compare(path, resumed.Identity, current);
            }

            return new RunCheckpoint(folder, current, resumed, options.OnStep, heldLock);
        }
        catch
        {
            heldLock.Dispose();
            throw;
        }
    }

    /// <summary>Saves a checkpoint; the outputs have been flushed.</summary>
    public void Save(CheckpointState state)
    {
        Step("flushed");
        var temporary = _path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, state with { Identity = _identity }, CheckpointJson.Default.CheckpointState);
        }

        Step("checkpoint written");
        File.Move(temporary, _path, overwrite: true);
        Step("checkpoint renamed");
    }

    /// <summary>For tests: a place at which a run may be killed.</summary>
    public void Step(string name) => _onStep?.Invoke(name);

    /// <summary>Removes the checkpoint of a run that is over.</summary>
    public void Delete()
    {
        File.Delete(_path);
        File.Delete(_path + ".tmp");
        _lock.Dispose();
        if (!Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
        }
    }

    /// <summary>Lets another run have the folder.</summary>
    public void Dispose() => _lock.Dispose();

    // Two runs would write to the same files. The system lets go of the lock with the process, however that ends.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new CsvCheckpointException($"The checkpoint folder '{folder}' can't be locked; another run that is under way may have it: {exception.Message}", exception);
        }
    }

    private static CheckpointState Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, CheckpointJson.Default.CheckpointState) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new CsvCheckpointException($"The checkpoint '{path}' can't be read: {exception.Message} Delete it to start from the beginning.", exception);
        }
    }

    private static void Compare(string path, SortedDictionary<string, string> before, SortedDictionary<string, string> now)
    {
        var changes = before.Keys.Union(now.Keys)
            .Where(key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key => $"{key}: {before.GetValueOrDefault(key) ?? "nothing"} before, {now.GetValueOrDefault(key) ?? "nothing"} now")
            .ToArray();
        if (changes.Length > 0)
        {
            throw new CsvCheckpointException($"The checkpoint '{path}' is of another run ({string.Join("; ", changes)}). Delete it to start from the beginning.");
        }
    }
}
