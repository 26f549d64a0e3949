namespace Toolkit.Async;

/// <summary>A run over items of a known type: its source, and what is done around each body.</summary>
internal abstract class ItemRun<T> : FanOutRun
{
    private ItemFeed<T> _feed = null!;
    private ProgressCounter? _progress;

    protected ItemRun(FanOutOptions options, CancellationToken cancellationToken)
        : base(options, cancellationToken)
    {
    }

    /// <summary>Nothing is done around the bodies, so that they can be called directly.</summary>
    protected bool IsBare { get; private set; }

    protected ItemFeed<T> Feed => _feed;

    protected sealed override bool SourceHasEnded => _feed.HasEnded;

    public void Begin(IEnumerable<T> source)
    {
        var admission = CreateAdmission();
        Begin(source switch
        {
            T[] array when admission is null => new IndexedFeed<T, IndexedArray<T>>(new IndexedArray<T>(array)),
            List<T> list when admission is null => new IndexedFeed<T, IndexedList<T>>(new IndexedList<T>(list)),
            _ => new GatedFeed<T, SyncCursor<T>>(new SyncCursor<T>(source), this, admission),
        });
    }

    public void Begin(IAsyncEnumerable<T> source) =>
        Begin(new GatedFeed<T, AsyncCursor<T>>(new AsyncCursor<T>(source), this, CreateAdmission()));

    protected virtual IRoom Room => UnlimitedRoom.Instance;

    protected virtual void Prepare()
    {
    }

    protected sealed override ValueTask DisposeSourceAsync() => _feed.DisposeAsync();

    /// <inheritdoc cref="FanOutRun.StartNextWorker"/>
    protected void StartNextWorker(WorkerState worker)
    {
        if (worker.IsFirst)
        {
            worker.IsFirst = false;
            StartNextWorker();
        }
    }

    /// <summary>
    /// Whether <see cref="TakeAsync"/> may be called now, or the worker is parked. Here and not inside of that, because the many
    /// that are parked at one source would each need a state machine of its own for it.
    /// </summary>
    protected bool TryReachSource(WorkerState worker) => Metrics.QueueWait.Enabled || _feed.TryReachSource(worker);

    /// <summary>Takes an item where none could be had at once.</summary>
    protected ValueTask<TakenItem<T>> TakeAsync(WorkerState worker) =>
        worker.IsAtSource || !Metrics.QueueWait.Enabled ? _feed.TakeAsync(worker) : TakeMeasuredAsync(worker);

    /// <summary>Called by the asynchronous method that runs a body, and ends with it: so does the mark of the permit.</summary>
    protected ItemScope BeginItem(in TakenItem<T> taken)
    {
        HeldPermit.Enter(Options.RateLimiter);
        return new ItemScope(this, Options, taken.Index, taken.Permit, _progress);
    }

    private void Begin(ItemFeed<T> feed)
    {
        _feed = feed;
        _progress = Options.Progress is { } progress ? new ProgressCounter(progress, feed.Count) : null;
        IsBare = _progress is null && Options.ItemTimeout is null && Options.RateLimiter is null && !Metrics.InFlight.Enabled;
        Prepare();
        Begin();
    }

    private async ValueTask<TakenItem<T>> TakeMeasuredAsync(WorkerState worker)
    {
        var start = Options.TimeProvider.GetTimestamp();
        while (!_feed.TryReachSource(worker))
        {
            await worker.Turn.WaitAsync().ConfigureAwait(false);
        }

        var taken = await _feed.TakeAsync(worker).ConfigureAwait(false);
        if (taken.HasItem)
        {
            Metrics.QueueWait.Record(Options.TimeProvider.GetElapsedTime(start).TotalSeconds);
        }

        return taken;
    }

    private Admission? CreateAdmission() =>
        Options.PauseToken.CanBePaused || Options.RateLimiter is not null || Room != UnlimitedRoom.Instance
            ? new Admission(Options.PauseToken, Options.RateLimiter, Options.TimeProvider, Room)
            : null;
}
