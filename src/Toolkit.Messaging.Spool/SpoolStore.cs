using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>The file, for use by several tasks at a time, and the number of messages in it.</summary>
internal sealed class SpoolStore : IDisposable
{
    private readonly SpoolFile _file;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _count;

    public SpoolStore(string path)
    {
        _file = new SpoolFile(path);
        _count = _file.Count();
    }

    /// <summary>Messages in the file.</summary>
    public long Count => Interlocked.Read(ref _count);

    public Task AppendAsync(IReadOnlyCollection<PublishRequest> requests) => RunAsync(file =>
    {
        file.Append(requests);
        return Interlocked.Add(ref _count, requests.Count);
    });

    public Task<List<SpooledMessage>> ReadAsync(int count, long bytes) => RunAsync(file => file.Read(count, bytes));

    public Task RemoveAsync(IReadOnlyCollection<(long Sequence, string? Error)> messages) => RunAsync(file =>
    {
        file.Remove(messages);
        return Interlocked.Add(ref _count, -messages.Count);
    });

    public void Dispose()
    {
        _file.Dispose();
        _gate.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SpoolFile, T> action)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return action(_file);
        }
        finally
        {
            _gate.Release();
        }
    }
}
