namespace Toolkit.DataProcessing;

/// <summary>What is to be done next.</summary>
internal sealed partial class PartitionRun<TState>
{
    private readonly Dictionary<int, (WorkItem Item, PartitionOutcome Outcome)> _waiting = [];
    private readonly List<SourceRun> _sources = [];
    private readonly int _window;
    private IReadOnlyList<string>? _firstNames;
    private WorkItem? _redo;
    private int _nextSource;
    private int _nextNumber;
    private int _planned;
    private int _committed;
    private bool _committing;
    private bool _planComplete;
    private bool _isOpening;
    private long _confirmedEnd;

    /// <summary>Waits for something to do; false when the run is over.</summary>
    private bool TryTake(out WorkItem item)
    {
        lock (_gate)
        {
            while (_fault is null && !_stop.IsCancellationRequested)
            {
                if (_redo is { } redo)
                {
                    _redo = null;
                    item = redo;
                    return true;
                }

                if (_planComplete && _committed == _planned)
                {
                    break;
                }

                if (_shared is { HasSteps: true })
                {
                    item = new WorkItem(null!, 0, WorkKind.Help, -1, default);
                    return true;
                }

                if (_planned - _committed < _window && HasMemory() && TryPlan(out item))
                {
                    return true;
                }

                if (_planComplete && _committed == _planned)
                {
                    break;
                }

                Monitor.Wait(_gate);
            }
        }

        item = default;
        return false;
    }

    // States of partitions on their way count as the largest one so far. One partition at least goes on: it frees memory.
    private bool HasMemory()
    {
        var onTheirWay = _planned - _committed;
        return onTheirWay == 0 || _scanBytes * _workers + _totalStateBytes + (onTheirWay + 1) * _largestState <= _options.MemoryBudget;
    }

    private bool TryPlan(out WorkItem item)
    {
        item = default;
        if (_planComplete)
        {
            return false;
        }

        if (_sources.Count <= _nextSource - _firstSource)
        {
            return TryPlanOpening(out item);
        }

        var source = _sources[_nextSource - _firstSource];
        if (source.IsSerial && _nextNumber > 0)
        {
            if (_planned != _committed || _committing)
            {
                return false;
            }

            if (source.Layout.Input.TryGetEnd(out var end) && _confirmedEnd >= end)
            {
                source.Layout.Dispose();
                NextSource();
                return TryPlan(out item);
            }
        }

        if (_nextNumber == 0)
        {
            item = new WorkItem(source, 0, WorkKind.Exact, source.Layout.DataStart, default);
        }
        else if (_planned == _committed && !_committing && !_options.AlwaysGuess)
        {
            // Everything before it is done: no need to guess.
            item = new WorkItem(source, _nextNumber, WorkKind.Exact, _confirmedEnd, default);
        }
        else if (!source.IsIndexed)
        {
            item = new WorkItem(source, _nextNumber, WorkKind.Guess, -1, default);
        }
        else if (source.TryGetState(_nextNumber, out var state))
        {
            item = new WorkItem(source, _nextNumber, WorkKind.FromState, -1, state);
        }
        else
        {
            var any = source.TryTakeMap(_nextNumber + _window, out var number);
            item = new WorkItem(source, number, WorkKind.Map, -1, default);
            return any;
        }

        _planned++;
        if (++_nextNumber == source.Count)
        {
            NextSource();
        }

        return true;
    }

    private void NextSource()
    {
        _nextNumber = 0;
        _nextSource++;
        _planComplete = _nextSource == _source.Inputs.Count;
    }

    // Opening may take long (a server that is asked, a stream that has nothing yet): one worker does it, and the lock is free meanwhile.
    private bool TryPlanOpening(out WorkItem item)
    {
        item = new WorkItem(null!, 0, WorkKind.Open, -1, default);
        if (_nextSource == _source.Inputs.Count)
        {
            _planComplete = true;
            return false;
        }

        if (_isOpening)
        {
            return false;
        }

        _isOpening = true;
        return true;
    }

    // Nothing is planned before the source is there: what it reads of the plan does not change. Where it fails, so does the run.
    private void OpenSource()
    {
        var layout = LayoutReader.Open(_source.Inputs[_nextSource], _source.Options, _settings, _job.Schema, FirstNames(), _stop.Token);
        lock (_gate)
        {
            _sources.Add(new SourceRun(_nextSource, layout, _planned - _nextNumber, _options.PartitionBytes) { CanIndex = _source.Options.Dialect.Comment is null });
            _isOpening = false;
            Monitor.PulseAll(_gate);
        }
    }

    // What the first input's columns are called, where those of the others depend on it.
    private IReadOnlyList<string>? FirstNames() =>
        _nextSource == 0 || !LayoutReader.NeedsFirst(_source.Options) ? null
        : _firstNames ??= _firstSource == 0 ? _sources[0].Layout.Header.Names : LayoutReader.Names(_source.Inputs[0], _source.Options, _settings);

    private void SetMap(WorkItem item, StateMap map, long ticks)
    {
        lock (_gate)
        {
            _indexTicks += ticks;
            _totalTicks += ticks;
            item.Source.SetMap(item.Number, map);
            Monitor.PulseAll(_gate);
        }
    }

    private void CloseSources()
    {
        foreach (var source in _sources)
        {
            source.Layout.Dispose();
        }
    }
}
