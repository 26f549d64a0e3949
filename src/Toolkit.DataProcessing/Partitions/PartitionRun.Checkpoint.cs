namespace Toolkit.DataProcessing;

/// <summary>Checkpoints: after a number of partitions, what is committed is noted, so that a run that is killed goes on from there.</summary>
internal sealed partial class PartitionRun<TState>
{
    private readonly RunCheckpoint? _checkpoint;
    private int _firstSource;

    // Only jobs that write files have checkpoints.
    private WriteJob Output => (WriteJob)(object)_job;

    // Before the workers start.
    private void Resume()
    {
        if (_checkpoint?.Resumed is not { } state)
        {
            return;
        }

        _firstSource = _nextSource = state.Source;
        _nextNumber = state.Number;
        _planned = _committed = state.Partitions;
        _confirmedEnd = state.ConfirmedEnd;
        _lines = state.Lines;
        _bytes = state.Bytes;
        _records = state.Records;
        _badRecords = state.BadRecords;
        _repaired = state.RepairedRecords;
        _planComplete = state.Source == _source.Inputs.Count;
    }

    private void SaveCheckpoint(WorkItem item)
    {
        if (_checkpoint is null)
        {
            return;
        }

        _checkpoint.Step("appended");
        if (_committed % (_options.CheckpointPartitions ?? Output.CheckpointPartitions) == 0)
        {
            var last = item.Number == item.Source.Count - 1;
            Save(last ? item.Source.Index + 1 : item.Source.Index, last ? 0 : item.Number + 1, finishing: false);
        }
    }

    private void SaveLast()
    {
        if (_checkpoint is not null && _checkpoint.Resumed is not { Finishing: true })
        {
            Save(_source.Inputs.Count, 0, finishing: true);
        }
    }

    private void Save(int source, int number, bool finishing)
    {
        var files = Output.SaveFiles();
        _checkpoint!.Save(new CheckpointState
        {
            Identity = [],
            Source = source,
            Number = number,
            ConfirmedEnd = _confirmedEnd,
            Lines = _lines,
            Bytes = _bytes,
            Records = _records,
            BadRecords = _badRecords,
            RepairedRecords = _repaired,
            Partitions = _committed,
            QuarantineLength = _quarantine?.Flush() ?? 0,
            Finishing = finishing,
            Files = files,
        });
    }
}
