namespace Toolkit.DataProcessing.Tests.Partitions;

/// <summary>Once guessing has failed, workers map stretches ahead of the commits; the commits may overtake them.</summary>
public sealed class SourceRunTests
{
    [Fact]
    public void Close_MapsUnderWay_KeepsTheInputOpenUntilTheLastIsThere()
    {
        var input = new TrackedInput();
        var run = CreateIndexed(input);
        Assert.True(run.TryTakeMap(most: 5, out var first));
        Assert.True(run.TryTakeMap(most: 5, out var second));

        run.Close();
        Assert.False(input.IsDisposed);

        run.SetMap(second, default);
        Assert.False(input.IsDisposed);

        run.SetMap(first, default);
        Assert.True(input.IsDisposed);
    }

    [Fact]
    public void Close_NoMapUnderWay_ClosesTheInput()
    {
        var input = new TrackedInput();
        var run = CreateIndexed(input);
        Assert.True(run.TryTakeMap(most: 5, out var number));

        run.SetMap(number, default);
        Assert.False(input.IsDisposed);

        run.Close();
        Assert.True(input.IsDisposed);
    }

    private static SourceRun CreateIndexed(TrackedInput input)
    {
        var run = new SourceRun(0, new SourceLayout(input, CsvHeader.None, fieldCount: 1, dataStart: 0, headerLines: 0, binding: null), 0, partitionBytes: 10);
        run.Miss();
        run.Miss();
        run.IndexAfterMisses(number: 0, start: 0);
        Assert.True(run.IsIndexed);
        return run;
    }

    private sealed class TrackedInput : CsvInput
    {
        public bool IsDisposed { get; private set; }

        public override string Name => "tracked";

        public override long Length => 100;

        public override int Read(Span<byte> target, long offset) => 0;

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
