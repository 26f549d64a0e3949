namespace Toolkit.DataProcessing;

/// <summary>All faults of one kind that a check found.</summary>
/// <param name="Reason">The kind.</param>
/// <param name="Column">The name of the column; empty where it is the record as a whole.</param>
/// <param name="Count">How many records have it.</param>
/// <param name="First">The first one.</param>
/// <param name="Picture">The line of the first one, and under it a caret where the fault is, in a terminal's columns. Control characters are made visible.</param>
/// <param name="Advice">Which setting would accept such records, or refuse them, or what to look at.</param>
/// <param name="IsBad">Whether the records are bad ones under the options that the check was given; else it is something to know.</param>
public sealed record CsvFaultKind(BadRowReason Reason, string Column, long Count, BadRow First, string Picture, string Advice, bool IsBad);
