using System.Globalization;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>
/// Brings messages from the file to the broker: oldest first, of one key one at a time, and a key whose message did not get
/// through waits for the next turn. What the broker has leaves the file in the background, as much as is there in one
/// transaction: each has to wait for the disk.
/// </summary>
internal sealed partial class SpoolForwarder(IMessageTransport inner, SpoolStore store, SpoolOptions options, TimeProvider time, ILogger logger, CancellationToken closing)
{
    /// <summary>Most messages of a turn.</summary>
    public const int BatchSize = 512;

    private const long BatchBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private List<(long Sequence, string? Error)> _done = [];
    private Task<Exception?> _removing = Task.FromResult<Exception?>(null);
    private bool _removes;
    private bool _removalFailed;

    /// <summary>Forwards once what is at the front of the file. Throws nothing.</summary>
    /// <returns>How many messages left the file, and whether all of the turn did.</returns>
    public async Task<(int Forwarded, bool Through)> TurnAsync()
    {
        try
        {
            await RemoveDoneAsync().ConfigureAwait(false); // what could not be removed before is not forwarded twice
            var batch = await store.ReadAsync(BatchSize, BatchBytes).ConfigureAwait(false);
            using var room = new SemaphoreSlim(options.MaxConcurrency);
            var lanes = await Task.WhenAll(batch
                .GroupBy(m => m.Key is null ? (m.Destination.Name, "#" + m.Sequence.ToString(CultureInfo.InvariantCulture)) : (m.Destination.Name, "k" + m.Key))
                .Select(lane => ForwardLaneAsync(lane, room))).ConfigureAwait(false);
            await RemoveDoneAsync().ConfigureAwait(false);
            var forwarded = lanes.Sum();
            return (forwarded, forwarded == batch.Count);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return await EndAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogFileFailed(logger, exception);
            return (0, false);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} is refused by the broker and put aside in the spool's table 'refused'")]
    private static partial void LogRefused(ILogger logger, Exception exception, string messageId);

    [LoggerMessage(6, LogLevel.Warning, "Message {MessageId} of the spool was not acknowledged in time; it stays there and is forwarded again")]
    private static partial void LogUnanswered(ILogger logger, Exception exception, string messageId);

    [LoggerMessage(4, LogLevel.Error, "The spool's file can't be used; another attempt follows")]
    private static partial void LogFileFailed(ILogger logger, Exception exception);

    // What was not acknowledged stays in the file; what was leaves it, so that the next process does not send it again.
    private async Task<(int Forwarded, bool Through)> EndAsync()
    {
        try
        {
            await RemoveDoneAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogFileFailed(logger, exception);
        }

        return (0, false);
    }

    private async Task<int> ForwardLaneAsync(IEnumerable<SpooledMessage> lane, SemaphoreSlim room)
    {
        var forwarded = 0;
        foreach (var message in lane)
        {
            await room.WaitAsync(closing).ConfigureAwait(false);
            try
            {
                var error = await ForwardAsync(message).ConfigureAwait(false);
                if (error is { IsTransient: true } or AuthenticationException or AuthorizationException)
                {
                    if (error is PublishTimeoutException)
                    {
                        LogUnanswered(logger, error, message.MessageId);
                    }

                    break; // it stays, and so does what is behind it
                }

                if (error is not null)
                {
                    LogRefused(logger, error, message.MessageId);
                }

                Remove(message.Sequence, error?.Message);
                forwarded++;
            }
            finally
            {
                room.Release();
            }
        }

        return forwarded;
    }

    private async Task<MessagingException?> ForwardAsync(SpooledMessage message)
    {
        var request = new ForwardRequest(message);
        try
        {
            inner.Send(request);
            return await request.Done.WaitAsync(options.DeliveryTimeout, time, closing).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new PublishTimeoutException(FormattableString.Invariant($"Message {message.MessageId} to {message.Destination} was forwarded from the spool and not acknowledged within {options.DeliveryTimeout.TotalSeconds} s."), message.MessageId);
        }
        finally
        {
            request.Abandon();
        }
    }

    private void Remove(long sequence, string? error)
    {
        lock (_gate)
        {
            _done.Add((sequence, error));
            if (!_removes && !_removalFailed)
            {
                _removes = true;
                _removing = Task.Run(RemoveAsync);
            }
        }
    }

    // Waits until everything that was forwarded is out of the file.
    private async Task RemoveDoneAsync()
    {
        Task<Exception?> removing;
        lock (_gate)
        {
            if (_done.Count > 0 && !_removes)
            {
                _removes = true;
                _removalFailed = false;
                _removing = Task.Run(RemoveAsync);
            }

            removing = _removing;
        }

        if (await removing.ConfigureAwait(false) is { } error)
        {
            throw new IOException($"Forwarded messages could not be removed from the spool: {error.Message}", error);
        }
    }

    private async Task<Exception?> RemoveAsync()
    {
        while (true)
        {
            List<(long Sequence, string? Error)> batch;
            lock (_gate)
            {
                if (_done.Count == 0)
                {
                    _removes = false;
                    return null;
                }

                batch = _done;
                _done = [];
            }

            try
            {
                await store.RemoveAsync(batch).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                lock (_gate)
                {
                    batch.AddRange(_done);
                    _done = batch;
                    _removes = false;
                    _removalFailed = true;
                }

                return exception;
            }
        }
    }
}
