namespace Toolkit.DataProcessing;

/// <summary>Writes typed rows: the type says what the columns are.</summary>
internal sealed class TypedWriteJob<T>(RowStep<T> step, OutputWriter writer) : WriteJob
    where T : ICsvRecord<T>
{
    public override CsvSchema? Schema => step.Schema;

    protected override OutputWriter Writer => writer;

    public override void Process(CsvRows rows, State state)
    {
        var batch = state.Batch ??= new OutputBatch(writer.Shape);
        foreach (var current in rows)
        {
            var row = current;
            if (step.TryGet(rows, ref row, out var value))
            {
                batch.Append(in value);
            }
        }
    }

    public override void Dispose() => writer.Dispose();
}
