namespace Toolkit.DataProcessing;

/// <summary>Into how many files an output is written.</summary>
public enum OutputLayout
{
    /// <summary>One file: the path is its name.</summary>
    SingleFile,

    /// <summary>A file for each partition of the input that gives any record: <c>part-00001.csv</c>, … in the folder that the path names.</summary>
    FilePerPartition,

    /// <summary>A folder for each value of <see cref="OutputOptions.PartitionBy"/>, as Hive, Spark and DuckDB have it: <c>State=TX/part-00001.csv</c>.</summary>
    Hive,
}
