namespace Toolkit.Messaging.Spool;

/// <content>
/// What waits for the file, and the task that writes it. While the broker is away all of it is written at once. When the
/// broker is back and takes what was kept, publishers must not fill the file faster than it empties, or it never would be
/// empty: for each message that is written two have to leave, the last ones wait for the empty file, and then go to the broker
/// without having been in it. Nothing waits for that longer than the patience.
/// </content>
internal sealed partial class SpoolTransport
{
    // Guarded by the lock.
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<IntakeItem> _toStore = [];
    private bool _mustStore;

    // Of the working task alone.
    private bool _empties;
    private int _quota;

    private async Task WorkAsync()
    {
        Task<(int Forwarded, bool Through)>? turn = null;
        var pause = Task.CompletedTask;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var holds = await StoreAsync(closing: false).ConfigureAwait(false);
                if (turn is { IsCompleted: true })
                {
                    (_quota, _empties) = await turn.ConfigureAwait(false);
                    _quota /= 2;
                    turn = null;
                    continue;
                }

                turn ??= _store.Count > 0 ? Task.Run(TurnAsync) : null;

                // Also from time to time: the broker may be back with nothing left to forward.
                pause = pause.IsCompleted ? Task.Delay(_options.RetryDelay < _options.Patience ? _options.RetryDelay : _options.Patience, _time, _closing.Token) : pause;
                List<Task> signals = [pause];
                if (!holds)
                {
                    signals.Add(_arrived.Task);
                }

                if (turn is not null)
                {
                    signals.Add(turn);
                }

                await Task.WhenAny(signals).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                LogStoringFailed(_logger, exception, _options.Path); // it must go on: publishers wait for it
            }
        }

        if (turn is not null)
        {
            await turn.ConfigureAwait(false);
        }

        await StoreAsync(closing: true).ConfigureAwait(false); // nothing that was accepted is left behind
    }

    private async Task<(int Forwarded, bool Through)> TurnAsync()
    {
        var turn = await _forwarder.TurnAsync().ConfigureAwait(false);
        if (!turn.Through)
        {
            await Task.Delay(_options.RetryDelay, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return turn;
    }

    // Returns whether something was held back, for the file to become empty.
    private async Task<bool> StoreAsync(bool closing)
    {
        List<IntakeItem> batch;
        List<DirectRequest>? passed = null;
        var holds = false;
        var answers = !closing && Answers;
        lock (_gate)
        {
            if (_toStore.Count == 0)
            {
                _arrived = _arrived.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _arrived;
                if (_spooling && answers && _store.Count == 0)
                {
                    _spooling = false;
                    LogDirect(_logger);
                }

                return false;
            }

            if (answers && !_mustStore && _store.Count == 0)
            {
                passed = PassOn();
                batch = [];
            }
            else
            {
                batch = TakeForFile(answers);
                holds = _toStore.Count > 0;
            }
        }

        passed?.ForEach(_inner.Send);
        if (batch.Count > 0)
        {
            await AppendAsync(batch).ConfigureAwait(false);
        }

        return holds;
    }

    // Under the lock. What comes meanwhile waits here: it must not overtake.
    private List<DirectRequest> PassOn()
    {
        List<DirectRequest> passed = [];
        foreach (var item in _toStore)
        {
            if (!item.Outer.IsAbandoned)
            {
                var direct = new DirectRequest(this, item.Outer, _time.GetTimestamp());
                _direct.AddLast(direct.Node);
                passed.Add(direct);
            }
        }

        _toStore.Clear();
        return passed;
    }

    // Under the lock.
    private List<IntakeItem> TakeForFile(bool answers)
    {
        if (answers && !_mustStore && _empties && _time.GetElapsedTime(_toStore[0].Since) < _options.Patience)
        {
            var room = _store.Count > SpoolForwarder.BatchSize ? Math.Min(_quota, _toStore.Count) : 0;
            _quota -= room;
            var some = _toStore.GetRange(0, room);
            _toStore.RemoveRange(0, room);
            return some;
        }

        StoreDirect(); // passed on before, and older
        var all = _toStore;
        _toStore = [];
        _mustStore = _empties = false;
        return all;
    }

    private async Task AppendAsync(List<IntakeItem> batch)
    {
        batch.RemoveAll(static item => item.Outer.IsAbandoned);
        var room = (int)Math.Clamp(_options.MaxMessages - _store.Count, 0, batch.Count);
        foreach (var item in batch.Skip(room))
        {
            item.Outer.Fail(new BrokerUnavailableException(FormattableString.Invariant($"The broker is away, and the spool {_options.Path} is full ({_options.MaxMessages} messages: SpoolOptions.MaxMessages)."), item.OutcomeUnspooled, item.Outer.MessageId, null));
        }

        var kept = batch.Take(room).Where(static item => item.Outer.TryMarkSent()).ToList();
        if (kept.Count == 0)
        {
            return;
        }

        try
        {
            await _store.AppendAsync(kept.ConvertAll(static item => item.Request)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogStoringFailed(_logger, exception, _options.Path);
            foreach (var item in kept)
            {
                item.Outer.Fail(new BrokerUnavailableException($"The broker is away, and the spool {_options.Path} can't be written: {exception.Message}", DeliveryOutcome.Unknown, item.Outer.MessageId, exception));
            }

            return;
        }

        foreach (var item in kept)
        {
            item.Outer.Succeed(Durability.Spooled);
        }
    }
}
