using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

/// <summary>What a user would write for an object store: nothing but the public types, and a store that gives as little as it may.</summary>
public sealed class ObjectStoreTests : IDisposable
{
    private const int Records = 6000;

    private static readonly byte[] s_bytes = Encoding.UTF8.GetBytes("State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, Records).Select(i => $"S{i % 3},{i},{i},\"two\nlines\"\n")));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task Scan_ObjectOfAStore_IsReadInRanges(bool compressed, int workers)
    {
        var store = new Store(compressed ? Archives.Compress(CsvCompression.Zstandard, s_bytes) : s_bytes, "1");

        var sum = await Csv.Scan<Outputs.Strike>(Csv.Inputs([store], new CsvOptions())).With(new RunOptions { Workers = workers, PartitionBytes = 2000 })
            .AggregateAsync(a => a.Sum(strike => strike.Cost), TestContext.Current.CancellationToken);

        Assert.Equal(Records * (Records - 1.0) / 2, sum.Value);
        Assert.Equal(0, store.OpenObjects);
    }

    // Its reads end within characters, and within both halves of a surrogate pair.
    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("utf-8", true)]
    public async Task Scan_TextSplitAnywhere_IsRead(string encoding, bool mark)
    {
        var expected = Enumerable.Range(0, 2000).Select(i => $"{new string('é', i % 7)}😀日{i}").ToArray();
        var text = (mark ? "\uFEFF" : "") + "a,b\n" + string.Concat(expected.Select(field => $"{field},\"{field}\"\n"));
        var store = new Store(Encoding.GetEncoding(encoding).GetBytes(text), "1");

        var read = await Csv.Scan(Csv.Inputs([store], new CsvOptions { InvalidText = InvalidText.Fail })).With(new RunOptions { PartitionBytes = 3000, Workers = 2 })
            .Select(row => row.GetString("a") == row.GetString("b") ? row.GetString("a") : "differ").ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, read.Value);
    }

    [Fact]
    public async Task Write_ObjectWithAVersion_IsGoneOnWithAndRefusedOnceItChanged()
    {
        // In the middle, which is none of the places that are looked at for a sample.
        await Assert.ThrowsAsync<IOException>(() => WriteAsync(new Store(s_bytes, "1") { FailsAt = s_bytes.Length / 2 }));
        Assert.True(File.Exists(_folder["check/checkpoint.json"]));
        var other = await Assert.ThrowsAsync<CsvCheckpointException>(() => WriteAsync(new Store(s_bytes, "2")));
        Assert.Contains("input 1: store://bucket/strikes.csv, version 1", other.Message, StringComparison.Ordinal);

        var report = await WriteAsync(new Store(s_bytes, "1"));

        Assert.Equal(Records, report.Records);
        Assert.Equal(s_bytes, File.ReadAllBytes(_folder["out.csv"]));
    }

    private Task<RunReport> WriteAsync(Store store) =>
        Csv.Scan<Outputs.Strike>(Csv.Inputs([store], new CsvOptions())).With(new RunOptions { PartitionBytes = 2000, CheckpointFolder = _folder["check"], CheckpointPartitions = 2 })
            .WriteCsvAsync(_folder["out.csv"], TestContext.Current.CancellationToken);

    private sealed class Store(byte[] bytes, string version) : CsvInputSource
    {
        private int _open;

        public int OpenObjects => _open;

        public int FailsAt { get; init; } = int.MaxValue;

        public override string Name => "store://bucket/strikes.csv";

        public override long Length => bytes.Length;

        public override string? Version => version;

        public override CsvInput Open()
        {
            Interlocked.Increment(ref _open);
            return new Object(this, bytes);
        }

        private sealed class Object(Store store, byte[] bytes) : CsvInput
        {
            private int _reads;

            public override string Name => store.Name;

            public override long Length => bytes.Length;

            public override int Read(Span<byte> target, long offset)
            {
                // As little as it may, and another time more.
                var count = (int)Math.Min(Math.Min(target.Length, 1 + (Interlocked.Increment(ref _reads) % 97)), Math.Max(0, bytes.Length - offset));
                if (offset <= store.FailsAt && offset + count > store.FailsAt)
                {
                    throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{Name}: no answer at byte {offset}"));
                }

                bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(target);
                return count;
            }

            protected override void Dispose(bool disposing) => Interlocked.Decrement(ref store._open);
        }
    }
}
