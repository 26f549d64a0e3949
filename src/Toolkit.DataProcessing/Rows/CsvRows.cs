namespace Toolkit.DataProcessing;

/// <summary>
/// The records of one partition, in order, for <c>foreach</c>. What a policy rejects is left out already; what the job itself
/// can't use it rejects with <see cref="Reject(in Utf8Row, in CsvFieldError)"/>.
/// </summary>
public readonly ref partial struct CsvRows
{
    private readonly PartitionScan _scan;

    internal CsvRows(PartitionScan scan) => _scan = scan;

    /// <summary>The names of the columns of this source, or made-up ones (<c>column0</c>) where it has no header.</summary>
    public IReadOnlyList<string> Header => _scan.Context.Header.Names;

    /// <summary>Where the columns of the job's schema are in this source; <see langword="null"/> for a job without a schema.</summary>
    public CsvBinding? Binding => _scan.Binding;

    /// <summary>The position of a column in the records of this source.</summary>
    /// <param name="column">Its name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is none.</exception>
    public int PositionOf(string column) => _scan.Context.Header.PositionOf(column);

    /// <summary>The rows that are still to come.</summary>
    public Enumerator GetEnumerator() => new(_scan);

    /// <summary>Treats a record as a bad one: a field can't be parsed.</summary>
    /// <param name="row">The record.</param>
    /// <param name="error">The field.</param>
    public void Reject(in Utf8Row row, in CsvFieldError error) => _scan.Reject(in row, in error);

    /// <summary>Treats a record as a bad one.</summary>
    /// <param name="row">The record.</param>
    /// <param name="column">The name of the column at fault.</param>
    /// <param name="message">A sentence for a person.</param>
    public void Reject(in Utf8Row row, string column, string message) => _scan.Reject(in row, column, BadRowReason.Field, message);

    /// <summary>The time now, for <see cref="EndParsing"/>.</summary>
    internal long BeginParsing() => _scan.Time.GetTimestamp();

    /// <summary>Counts the time since <paramref name="began"/> as spent on the values of typed rows.</summary>
    internal void EndParsing(long began) => _scan.ParseTicks += _scan.Time.GetTimestamp() - began;

    /// <summary>Offers a record with a field that can't be parsed to the repair hook, or rejects it.</summary>
    /// <returns>Whether there is a mended record: it is read next, and then either taken or <see cref="RejectMended"/>.</returns>
    internal bool TryMend(scoped in Utf8Row row, scoped in CsvFieldError error, out Utf8Row mended) =>
        _scan.TryMendField(in row, in error, out mended);

    /// <summary>Rejects the original of a record that <see cref="TryMend"/> gave: it can't be parsed either.</summary>
    internal void RejectMended(in Utf8Row mended, in CsvFieldError error) => _scan.RejectMendedField(error.Describe(in mended, _scan.Binding!));
}
