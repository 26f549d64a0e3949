using System.Runtime.ExceptionServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// One run of a job on threads. Workers take partitions in order and start each where a record probably starts; outcomes wait
/// until their turn. The partition whose turn it is commits if it started where the one before it ended, and otherwise its
/// outcome is thrown away and it runs again from there. So what commits is what one worker from the first byte on would have
/// found.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A run disposes of what it holds when its last worker ends.")]
internal sealed partial class PartitionRun<TState>
    where TState : class
{
    // A monitor, because workers wait on it.
    private readonly object _gate = new();
    private readonly CsvSource _source;
    private readonly IPartitionJob<TState> _job;
    private readonly RunOptions _options;
    private readonly ScanSettings _settings;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<JobResult<TState>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<TState> _states = new();
    private readonly TimeProvider _time;
    private readonly long _startTime;
    private readonly int _workers;
    private readonly TState _total;
    private readonly SharedWork? _shared;
    private int _running;
    private ExceptionDispatchInfo? _fault;

    public PartitionRun(CsvSource source, IPartitionJob<TState> job, RunOptions options, CancellationToken cancellationToken)
    {
        _source = source;
        _job = job;
        _options = options;
        _cancellationToken = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _time = options.TimeProvider;
        _startTime = _time.GetTimestamp();
        _workers = options.EffectiveWorkers;
        _window = _workers + 2;
        _settings = ScanMemory.Plan(source.Options, options);
        _total = job.Create();
        if (_workers > 1 && _total is ISharesWork sharing)
        {
            _shared = new SharedWork(_workers, Wake);
            sharing.Share(_shared);
        }

        _checkpoint = ((object)job as WriteJob)?.Checkpoint;
        if (options.CheckpointFolder is not null && _checkpoint is null)
        {
            throw new NotSupportedException($"{nameof(RunOptions.CheckpointFolder)} is for runs that write files: the partial result of this one holds delegates and can't be kept.");
        }

        _totalBytes = source.Inputs.Aggregate(0L, (sum, input) => sum < 0 || input.Length < 0 ? -1 : sum + input.Length);
    }

    public Task<JobResult<TState>> RunAsync()
    {
        if (_options.BadRows.QuarantinePath is { } path)
        {
            OutputPlaces.RequireQuarantine(_source, _options);
            _quarantine = new QuarantineWriter(path, _checkpoint);
        }

        Resume();
        _running = _workers;
        for (var i = 0; i < _workers; i++)
        {
            try
            {
                new Thread(Work) { IsBackground = true, Name = $"csv worker {i}", Priority = _options.WorkerPriority }.Start();
            }
            catch (Exception exception)
            {
                // No room for another thread: those that run already stop, and the last of them ends the run.
                Fail(exception);
                Leave(_workers - i);
                break;
            }
        }

        return _completion.Task;
    }

    private void Work()
    {
        try
        {
            using var worker = new PartitionWorker<TState>(_settings, _job, _time);
            while (TryTake(out var item))
            {
                if (item.Kind == WorkKind.Open)
                {
                    OpenSource();
                    continue;
                }

                if (item.Kind == WorkKind.Help)
                {
                    _shared!.Help();
                    continue;
                }

                if (item.Kind == WorkKind.Map)
                {
                    var began = _time.GetTimestamp();
                    var map = worker.Map(item, _stop.Token);
                    SetMap(item, map, _time.GetTimestamp() - began);
                    continue;
                }

                Deposit(item, worker.Run(item, RentState(), _stop.Token));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The one who cancelled tells why.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        Leave(1);
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    // Workers that end, or never began.
    private void Leave(int count)
    {
        bool last;
        lock (_gate)
        {
            _running -= count;
            last = _running == 0;
            Monitor.PulseAll(_gate);
        }

        if (last)
        {
            Complete();
        }
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            _fault ??= ExceptionDispatchInfo.Capture(exception);
            Monitor.PulseAll(_gate);
        }

        _stop.Cancel();
    }

    // On a worker's thread, where an exception would end the process: what closes, writes or hears of progress may throw.
    private void Complete()
    {
        Try(CloseSources);
        if (_fault is null && !_cancellationToken.IsCancellationRequested)
        {
            Try(() => CheckShare(final: true));
        }

        if (_fault is null && !_cancellationToken.IsCancellationRequested)
        {
            Try(SaveLast);
        }

        if (_fault is null && !_cancellationToken.IsCancellationRequested)
        {
            Try(() => _quarantine?.Keep());
        }
        else if (_fault?.SourceException is CsvBadRowException)
        {
            // Too many bad rows: what they are is in the quarantine.
            Try(() => _quarantine?.KeepOfFailed());
        }

        Try(() => _quarantine?.Dispose());
        var cancelled = _cancellationToken.IsCancellationRequested && (_committed != _planned || !_planComplete);
        if (_fault is null && !cancelled)
        {
            Try(() => ReportProgress(final: true));
        }

        if (_fault is not null || cancelled)
        {
            // Groups that are on disk.
            Try(() => (_total as IDisposable)?.Dispose());
        }

        _stop.Dispose();
        if (_fault is not null)
        {
            _completion.SetException(_fault.SourceException);
        }
        else if (cancelled)
        {
            _completion.SetCanceled(_cancellationToken);
        }
        else
        {
            _completion.SetResult(new JobResult<TState>(_total, Report()));
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _fault ??= ExceptionDispatchInfo.Capture(exception);
        }
    }

    private TState RentState()
    {
        lock (_gate)
        {
            if (_states.TryPop(out var state))
            {
                return state;
            }
        }

        return _job.Create();
    }

    private void ReturnState(object? state)
    {
        if (state is TState own && _job.TryClear(own))
        {
            lock (_gate)
            {
                _states.Push(own);
            }
        }
    }
}
