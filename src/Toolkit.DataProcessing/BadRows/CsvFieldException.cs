namespace Toolkit.DataProcessing;

/// <summary>
/// A field of an untyped row was read as a type that it is no value of. The engine catches it and treats the record as a bad
/// one; it reaches the caller only from rows that no run handed out.
/// </summary>
public sealed class CsvFieldException : FormatException
{
    /// <summary>An error without a text.</summary>
    public CsvFieldException()
    {
    }

    /// <summary>An error with a text.</summary>
    /// <param name="message">What is wrong.</param>
    public CsvFieldException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text and a cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public CsvFieldException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal CsvFieldException(string column, long byteOffset, string message)
        : base(message)
    {
        Column = column;
        ByteOffset = byteOffset;
    }

    /// <summary>The name of the column.</summary>
    public string Column { get; } = "";

    /// <summary>The position of the record's first byte in its source.</summary>
    public long ByteOffset { get; } = -1;
}
