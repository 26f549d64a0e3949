using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Hands the rows of each partition on, in the order of the input, once it is sure that they are records.</summary>
/// <remarks>What takes them may block the worker: that is the backpressure.</remarks>
internal sealed class CollectJob<T>(RowStep<T> step, Action<List<T>> take) : IPartitionJob<CollectJob<T>.Rows>
{
    public string Name => "collect";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public Rows Create() => new() { Batch = RowBatch<T>.TryCreate(step) };

    public bool TryClear(Rows state)
    {
        // A list that was handed on belongs to its receiver.
        state.List.Clear();
        state.Batch?.Clear();
        return true;
    }

    public void Process(CsvRows rows, Rows state)
    {
        if (state.Batch is not { } batch)
        {
            ProcessSingly(rows, state);
            return;
        }

        // What came before a bad record that stopped the job.
        Take(batch, state.List);
        var cursor = rows.GetEnumerator();
        do
        {
            bool more;
            do
            {
                more = step.Fill(rows, ref cursor, batch);
                Take(batch, state.List);
            }
            while (more);
        }
        while (cursor.NextStretch());
    }

    public void Merge(Rows total, Rows partition)
    {
        if (partition.List.Count > 0)
        {
            take(partition.List);
            partition.List = [];
        }
    }

    public void Write(Rows state, IBufferWriter<byte> output)
    {
        var codec = StateCodecs.Find<T>() ?? throw InProcess.NoState($"rows of type {typeof(T)}");
        output.WriteInt32(state.List.Count);
        foreach (var row in state.List)
        {
            output.WriteBlock(codec, row);
        }
    }

    public Rows Read(ReadOnlySpan<byte> bytes)
    {
        var codec = StateCodecs.Find<T>() ?? throw InProcess.NoState($"rows of type {typeof(T)}");
        var reader = new StateReader(bytes);
        var count = reader.ReadInt32();
        var rows = new Rows { List = new List<T>(count) };
        for (; count > 0; count--)
        {
            rows.List.Add(codec.Read(reader.ReadBlock()));
        }

        return rows;
    }

    private static void Take(RowBatch<T> batch, List<T> list)
    {
        list.AddRange(((T[])batch.Rows).AsSpan(0, batch.Count));
        batch.Clear();
    }

    private void ProcessSingly(CsvRows rows, Rows state)
    {
        foreach (var current in rows)
        {
            var row = current;
            if (step.TryGet(rows, ref row, out var value))
            {
                state.List.Add(value);
            }
        }
    }

    internal sealed class Rows
    {
        public RowBatch<T>? Batch { get; init; }

        public List<T> List { get; set; } = [];
    }
}
