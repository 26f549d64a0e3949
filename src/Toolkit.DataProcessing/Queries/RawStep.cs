namespace Toolkit.DataProcessing;

/// <summary>The record itself.</summary>
internal sealed class RawStep : RowStep<Utf8Row>
{
    public static readonly RawStep Instance = new();

    public override CsvSchema? Schema => null;

    public override bool IsIdentity => true;

    public override string ToString() => "rows";

    public override bool TryGet(CsvRows rows, ref Utf8Row row, out Utf8Row value)
    {
        value = row;
        return true;
    }
}
