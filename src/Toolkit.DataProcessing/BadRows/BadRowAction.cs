namespace Toolkit.DataProcessing;

/// <summary>What is done with a bad record.</summary>
public enum BadRowAction
{
    /// <summary>It fails the run.</summary>
    Fail,

    /// <summary>It is left out and counted.</summary>
    Skip,

    /// <summary>It is left out, counted and written to the quarantine.</summary>
    Quarantine,
}
