namespace Toolkit.DataProcessing;

/// <summary>A record has more bytes than <see cref="RunOptions.MaxRecordBytes"/> allows. The text tells file, line and byte offset.</summary>
public sealed class CsvRecordTooLongException : FormatException
{
    /// <summary>An error without a text.</summary>
    public CsvRecordTooLongException()
    {
    }

    /// <summary>An error with a text.</summary>
    /// <param name="message">What is wrong and where.</param>
    public CsvRecordTooLongException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text and a cause.</summary>
    /// <param name="message">What is wrong and where.</param>
    /// <param name="innerException">The cause.</param>
    public CsvRecordTooLongException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
