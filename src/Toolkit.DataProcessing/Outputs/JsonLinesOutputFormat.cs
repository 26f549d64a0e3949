namespace Toolkit.DataProcessing;

/// <summary>JSON Lines files.</summary>
internal sealed class JsonLinesOutputFormat(JsonLinesWriteOptions options) : OutputFormat
{
    public override string Extension => ".jsonl";

    public override bool CanReopen => true;

    public override OutputChunk CreateChunk(IReadOnlyList<CsvColumn> columns, bool[]? skip) =>
        new JsonLinesChunk([.. columns.Select(column => JsonText.Property(column.Name))], skip, options.OmitNulls);

    public override OutputFile OpenFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, bool isNew) => new TextOutputFile(stream);
}
