using System.Buffers;

namespace Toolkit.DataProcessing.Tests.Jobs;

/// <summary>Threads, but each state goes through bytes before it is merged and once more at the end, as between processes.</summary>
internal sealed class BytesBackend : ICsvBackend
{
    private int _states;

    /// <summary>How many states went through bytes.</summary>
    public int States => _states;

    public async Task<JobResult<TState>> RunAsync<TState>(CsvSource source, IPartitionJob<TState> job, RunOptions options, CancellationToken cancellationToken)
        where TState : class
    {
        var through = new ThroughBytes<TState>(job, () => Interlocked.Increment(ref _states));
        var result = await new RunOptions().Backend.RunAsync(source, through, options, cancellationToken);
        return result with { State = through.Copy(result.State) };
    }

    private sealed class ThroughBytes<TState>(IPartitionJob<TState> inner, Action copied) : IPartitionJob<TState>
        where TState : class
    {
        public string Name => inner.Name;

        public string Arguments => inner.Arguments;

        public CsvSchema? Schema => inner.Schema;

        public TState Create() => inner.Create();

        public long Measure(TState state) => inner.Measure(state);

        public bool TryClear(TState state) => inner.TryClear(state);

        public void Process(CsvRows rows, TState state) => inner.Process(rows, state);

        public void Merge(TState total, TState partition) => inner.Merge(total, Copy(partition));

        public void Write(TState state, IBufferWriter<byte> output) => inner.Write(state, output);

        public TState Read(ReadOnlySpan<byte> bytes) => inner.Read(bytes);

        public TState Copy(TState state)
        {
            copied();
            var bytes = new ArrayBufferWriter<byte>();
            inner.Write(state, bytes);
            return inner.Read(bytes.WrittenSpan);
        }
    }
}
