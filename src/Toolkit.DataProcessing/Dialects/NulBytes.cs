namespace Toolkit.DataProcessing;

/// <summary>What happens to records with NUL bytes.</summary>
public enum NulBytes
{
    /// <summary>NUL is a byte like others: it stays in the fields and in what is written from them.</summary>
    Keep,

    /// <summary>The record is a bad one.</summary>
    Reject,
}
