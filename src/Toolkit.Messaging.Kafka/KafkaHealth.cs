using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>
/// What the clients say about their connections. News comes from acknowledgements, deliveries and the client's errors; while
/// the brokers are away, a question over the existing connections finds out when they are back.
/// </summary>
internal sealed class KafkaHealth(TimeProvider time)
{
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(500);
    private int _status = (int)TransportStatus.Idle;
    private int _probing;
    private volatile bool _isClosed;
    private string _problem = string.Empty;

    /// <summary>Asks the cluster something over connections that are open anyhow; set by whoever has a client.</summary>
    public Func<Task>? Probe { get; set; }

    public TransportHealth Current => (TransportStatus)Volatile.Read(ref _status) switch
    {
        TransportStatus.Idle => new(TransportStatus.Idle, "Kafka: not used yet."),
        TransportStatus.Connected => new(TransportStatus.Connected, "Kafka: connected."),
        TransportStatus.Reconnecting => new(TransportStatus.Reconnecting, $"Kafka: {_problem}"),
        var status => new(status, $"Kafka: {_problem}"),
    };

    public void OnSuccess()
    {
        // One read for each acknowledged batch of work; a write only when something changes.
        if (Volatile.Read(ref _status) != (int)TransportStatus.Connected)
        {
            Volatile.Write(ref _status, (int)TransportStatus.Connected);
        }
    }

    public void OnAuthenticationFailed()
    {
        _problem = "the credentials were refused, or the broker's certificate is not trusted.";
        Volatile.Write(ref _status, (int)TransportStatus.Failed);
    }

    public void OnError(Error error)
    {
        if (error.Code is not (ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve) || Volatile.Read(ref _status) == (int)TransportStatus.Failed)
        {
            return;
        }

        _problem = $"{error.Reason}; the client reconnects by itself.";
        Volatile.Write(ref _status, (int)TransportStatus.Reconnecting);
        if (Interlocked.Exchange(ref _probing, 1) == 0)
        {
            _ = ProbeAsync();
        }
    }

    public void Close() => _isClosed = true;

    private async Task ProbeAsync()
    {
        while (!_isClosed && Volatile.Read(ref _status) == (int)TransportStatus.Reconnecting)
        {
            await Task.Delay(s_probeInterval, time).ConfigureAwait(false);
            try
            {
                if (Probe is { } probe)
                {
                    await probe().ConfigureAwait(false);
                    OnSuccess();
                }
            }
            catch (Exception)
            {
                // Still away, whatever it says.
            }
        }

        Volatile.Write(ref _probing, 0);
        if (!_isClosed && Volatile.Read(ref _status) == (int)TransportStatus.Reconnecting && Interlocked.Exchange(ref _probing, 1) == 0)
        {
            _ = ProbeAsync(); // lost again in between, when this was still thought to look
        }
    }
}
