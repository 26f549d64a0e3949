using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

/// <summary>Once guessing has failed, workers map stretches ahead of the commits; the commits may overtake them.</summary>
public sealed class OvertakenMapTests
{
    private const int PartitionBytes = 2011;
    private const int DataStart = 4;

    [Fact]
    public async Task RunAsync_MapUnderWayWhenAllIsCommitted_FindsItsInputOpen()
    {
        // Rows within quotes: each guess in them is wrong.
        var text = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat($"1,\"{string.Concat(Enumerable.Repeat("x,y\n", 10_000))}\"\n", 8)));
        SlowMapInput input;
        var attempts = 0;
        do
        {
            // Whether there is a map at all depends on who is ahead.
            input = new SlowMapInput(text);
            var options = new RunOptions { PartitionBytes = PartitionBytes, Workers = 3, Progress = input, ProgressInterval = TimeSpan.Zero };
            var result = await Csv.Scan(Csv.Inputs([new Source(input)], new CsvOptions())).With(options).AggregateAsync(a => a.Count(), TestContext.Current.CancellationToken);
            Assert.Equal(8, result.Value);
        }
        while (!input.Mapped && ++attempts < 50);

        Assert.True(input.Mapped);
        Assert.True(input.IsDisposed);
    }

    private sealed class Source(SlowMapInput input) : CsvInputSource
    {
        public override string Name => input.Name;

        public override long Length => input.Length;

        public override CsvInput Open() => input;
    }

    /// <summary>Its first map goes on when all records are committed, and fails where the input is closed by then.</summary>
    private sealed class SlowMapInput(byte[] text) : CsvInput, IProgress<RunProgress>
    {
        private readonly ManualResetEventSlim _committed = new();
        private readonly ManualResetEventSlim _guessed = new();
        private int _maps;

        public bool Mapped => _maps > 0;

        public bool IsDisposed { get; private set; }

        public override string Name => "slow";

        public override long Length => text.Length;

        public void Report(RunProgress value)
        {
            if (value.Partitions == (text.Length - DataStart + PartitionBytes - 1) / PartitionBytes)
            {
                _committed.Set();
            }
        }

        public override int Read(Span<byte> target, long offset)
        {
            // The first partition waits for a guess further on, so that there are wrong ones.
            if (offset > PartitionBytes)
            {
                _guessed.Set();
            }
            else if (offset == DataStart)
            {
                Assert.True(_guessed.Wait(TimeSpan.FromMinutes(2), CancellationToken.None));
            }

            if (target.Length == PartitionBytes && Interlocked.Increment(ref _maps) == 1)
            {
                Assert.True(_committed.Wait(TimeSpan.FromMinutes(2), CancellationToken.None));
            }

            ObjectDisposedException.ThrowIf(IsDisposed, this);
            var count = (int)Math.Min(target.Length, Math.Max(0, text.Length - offset));
            text.AsSpan((int)offset, count).CopyTo(target);
            return count;
        }

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
