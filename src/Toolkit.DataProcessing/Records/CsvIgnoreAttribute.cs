namespace Toolkit.DataProcessing;

/// <summary>A settable property of a <see cref="CsvRecordAttribute"/> type that is no column.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CsvIgnoreAttribute : Attribute;
