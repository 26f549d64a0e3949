namespace Toolkit.DataProcessing;

/// <summary>What happens to bad records: those that break the dialect, have the wrong number of fields, or can't be parsed.</summary>
public sealed record BadRows
{
    private BadRows(BadRowAction action, string? quarantinePath)
    {
        Action = action;
        QuarantinePath = quarantinePath;
    }

    /// <summary>The first bad record of the input fails the run with <see cref="CsvBadRowException"/>.</summary>
    public static BadRows Fail { get; } = new(BadRowAction.Fail, null);

    /// <summary>Bad records are left out and counted in the report.</summary>
    public static BadRows Skip { get; } = new(BadRowAction.Skip, null);

    /// <summary>What is done.</summary>
    public BadRowAction Action { get; }

    /// <summary>The file that bad records are written to.</summary>
    /// <value><see langword="null"/> unless <see cref="Action"/> is <see cref="BadRowAction.Quarantine"/>.</value>
    public string? QuarantinePath { get; }

    /// <summary>The number of bad records after which the run fails; they are in the quarantine then.</summary>
    /// <value><see cref="long.MaxValue"/>: no limit.</value>
    public long MaxCount { get; init; } = long.MaxValue;

    /// <summary>
    /// The share of bad records (0 to 1) beyond which the run fails; looked at from the first thousand records on, and at the end.
    /// </summary>
    /// <value>1: no limit.</value>
    public double MaxShare { get; init; } = 1;

    /// <summary>
    /// May give a mended record for a bad one, whatever becomes of those that it does not mend. Records that a job of your own
    /// rejects, or a reader outside a run, do not come here.
    /// </summary>
    /// <value><see langword="null"/>: nothing is mended.</value>
    public CsvRepair? Repair { get; init; }

    /// <summary>
    /// Bad records are left out, counted, and written to a CSV file in the order of the input: source, line, byte offset,
    /// column, reason and the record as it was. The file has a temporary name until the run has succeeded or failed by itself.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced. Not an input, nor the output or in its folder.</param>
    public static BadRows Quarantine(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new BadRows(BadRowAction.Quarantine, path);
    }
}
