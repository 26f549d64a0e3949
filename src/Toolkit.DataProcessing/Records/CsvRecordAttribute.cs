namespace Toolkit.DataProcessing;

/// <summary>
/// Makes the source generator implement <see cref="ICsvRecord{TSelf}"/> for a partial class, structure or record. Its columns
/// are the parameters of its one constructor with parameters (a positional record), and its settable public properties.
/// </summary>
/// <example>
/// <code>
/// [CsvRecord]
/// public readonly partial record struct Trip([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class CsvRecordAttribute : Attribute
{
    /// <summary>Whether equal strings of all columns share one instance for each worker. Single columns can say otherwise.</summary>
    /// <value><see langword="false"/></value>
    public bool PoolStrings { get; set; }

    /// <summary>The culture that numbers and dates of all columns are written in, for example <c>de-DE</c>.</summary>
    /// <value><see langword="null"/>: the invariant culture, on every machine.</value>
    public string? Culture { get; set; }
}
