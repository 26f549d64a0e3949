using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>What one worker has: a scan with its buffers, a guesser and a mapper.</summary>
internal sealed class PartitionWorker<TState> : IDisposable
    where TState : class
{
    private readonly IPartitionJob<TState> _job;
    private readonly TimeProvider _time;
    private readonly PartitionScan _scan;
    private readonly StartGuesser _guesser;
    private readonly StateMapper _mapper;

    public PartitionWorker(ScanSettings settings, IPartitionJob<TState> job, TimeProvider time)
    {
        _job = job;
        _time = time;
        _scan = new PartitionScan(settings, time);
        _guesser = new StartGuesser(settings.Dialect);
        _mapper = new StateMapper(settings.Kernel, settings.Dialect);
    }

    public StateMap Map(WorkItem item, CancellationToken cancellationToken) =>
        _mapper.Map(item.Source.Layout.Input, item.Source.MapFrom(item.Number), item.Partition.To, cancellationToken);

    public PartitionOutcome Run(WorkItem item, TState state, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var outcome = new PartitionOutcome { State = state };
        var partition = item.Partition;
        var start = item.Kind switch
        {
            WorkKind.Guess => _guesser.Guess(item.Source.Layout, partition.From),
            WorkKind.FromState => _guesser.Find(item.Source.Layout.Input, partition.From, item.State),
            _ => item.Start,
        };
        if (start < 0)
        {
            outcome.Start = -1;
            outcome.Abandoned = true;
            return outcome;
        }

        var to = item.Source.IsOnePartition ? start + item.Source.PartBytes : partition.To;
        _scan.Begin(item.Source.Layout, start, to, item.Kind == WorkKind.Guess, outcome, cancellationToken);
        Process(state, outcome, cancellationToken);
        outcome.HasMore = item.Source.IsOnePartition && outcome.End >= to && outcome.Error is null;
        _scan.TakeTimes(outcome);
        outcome.StateBytes = _job.Measure(state);
        outcome.ScanBytes = _scan.MemoryBytes;
        outcome.TotalTicks = _time.GetTimestamp() - began;
        return outcome;
    }

    public void Dispose()
    {
        _scan.Dispose();
        _mapper.Dispose();
    }

    // The variables of a try block live in memory: the loop over the rows must not be inlined into one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunJob(TState state) => _job.Process(new CsvRows(_scan), state);

    private void Process(TState state, PartitionOutcome outcome, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // A source without a record has no header either, which a job would miss.
                if (_scan.HasRecords)
                {
                    RunJob(state);
                }

                _scan.Finish();
                return;
            }
            catch (CsvFieldException exception) when (_scan.RejectAt(exception.ByteOffset, exception.Column, exception.Message))
            {
                // A bad record; the job takes the rest of them.
            }
            catch (SpeculationAbandonedException)
            {
                outcome.Abandoned = true;
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                // It counts only if the partition commits: a wrong guess may show the caller's code records that are none.
                outcome.Error = exception;
                return;
            }
        }
    }
}
