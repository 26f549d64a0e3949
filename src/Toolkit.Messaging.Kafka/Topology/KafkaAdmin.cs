using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Toolkit.Messaging.Kafka;

/// <summary>
/// An admin client that is closed only when nobody waits for an answer from it any more. The library (librdkafka 2) ends the
/// whole process with a failed assertion where the answer to a question about topics or the cluster arrives while its client
/// is being closed. Safe for concurrent use.
/// </summary>
/// <param name="connect">Makes the client, at the first question.</param>
/// <param name="closed">Called once, after the client was closed or where there never was one: on the thread that disposes, or later on the pool.</param>
internal sealed class KafkaAdmin(Func<IAdminClient> connect, Action? closed = null) : IDisposable
{
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Lazy<IAdminClient> _client = new(connect);
    private int _open;
    private bool _isDisposed;

    /// <summary>Asks; the answer comes within the request's own time-out.</summary>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public Task<T> AskAsync<T>(Func<IAdminClient, Task<T>> ask)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _open++;
        }

        try
        {
            var answer = ask(_client.Value);

            // On the pool: the client's own thread must not be the one that waits for its end.
            _ = answer.ContinueWith(static (_, self) => ((KafkaAdmin)self!).Leave(), this, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return answer;
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Whether a broker answers. Whatever it says of the topic that it is asked about, it is there.</summary>
    /// <remarks>
    /// Not by describing the cluster: a broker that has just started may know of no brokers yet, and at such an answer the library
    /// ends the process too. An answer about a topic always has that topic in it.
    /// </remarks>
    /// <exception cref="KafkaException">No broker answered within two seconds.</exception>
    public Task ProbeAsync() => AskAsync(async client =>
    {
        try
        {
            await client.DescribeTopicsAsync(TopicCollection.OfTopicNames(["__consumer_offsets"]), new DescribeTopicsOptions { RequestTimeout = s_probeTimeout }).ConfigureAwait(false);
        }
        catch (DescribeTopicsException)
        {
            // There is none yet, or it may not be seen.
        }

        return true;
    });

    /// <summary>Takes no more questions, and closes the client with its last answer; at once where none is due.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_open > 0)
            {
                return;
            }
        }

        Close();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_open > 0 || !_isDisposed)
            {
                return;
            }
        }

        Close();
    }

    private void Close()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        closed?.Invoke();
    }
}
