using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Jobs;

public sealed class CsvJobCatalogTests
{
    private static readonly CsvJobCatalog Catalog = new CsvJobCatalog().Add("long-fields", arguments => new LongFieldsJob(int.Parse(arguments)));

    [Fact]
    public async Task Create_NameAndArgumentsFromElsewhere_MakesAJobThatReadsTheOthersStates()
    {
        var source = Csv.Memory(Encoding.UTF8.GetBytes("a,b\nxx,yyyy\nxxxxx,y\nxxxxxxx,yyyyyy\n"), new CsvOptions());
        var options = new RunOptions { PartitionBytes = 8 };
        IPartitionJob<Counter> mine = new LongFieldsJob(4);
        var theirs = Catalog.Create<Counter>(mine.Name, mine.Arguments);

        var result = await options.Backend.RunAsync(source, theirs, options, TestContext.Current.CancellationToken);
        var bytes = new ArrayBufferWriter<byte>();
        theirs.Write(result.State, bytes);

        Assert.NotSame(mine, theirs);
        Assert.Equal(4, mine.Read(bytes.WrittenSpan).Count);
        Assert.Equal(["long-fields"], Catalog.Names);
    }

    [Fact]
    public void Create_WhatIsNotThere_SaysWhatIs()
    {
        Assert.Contains("'short'; there are: long-fields", Assert.Throws<KeyNotFoundException>(() => Catalog.Create<Counter>("short", "")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Catalog.Create<object>("long-fields", "4"));
        Assert.Throws<InvalidOperationException>(() => Catalog.Create<Counter>("long-fields", "04"));
        Assert.Throws<ArgumentException>(() => new CsvJobCatalog().Add("x", _ => new LongFieldsJob(1)).Add("x", _ => new LongFieldsJob(1)));
    }

    private sealed class Counter
    {
        public int Count { get; set; }
    }

    private sealed class LongFieldsJob(int least) : IPartitionJob<Counter>
    {
        public string Name => "long-fields";

        public string Arguments => $"{least}";

        public CsvSchema? Schema => null;

        public Counter Create() => new();

        public bool TryClear(Counter state)
        {
            state.Count = 0;
            return true;
        }

        public void Process(CsvRows rows, Counter state)
        {
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Count; i++)
                {
                    state.Count += row[i].Length >= least ? 1 : 0;
                }
            }
        }

        public void Merge(Counter total, Counter partition) => total.Count += partition.Count;

        public void Write(Counter state, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), state.Count);
            output.Advance(4);
        }

        public Counter Read(ReadOnlySpan<byte> bytes) => new() { Count = BinaryPrimitives.ReadInt32LittleEndian(bytes) };
    }
}
