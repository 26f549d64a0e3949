namespace Toolkit.DataProcessing;

/// <summary>The header of a source does not fit what was asked for: a missing column, or a name that fits several.</summary>
public sealed class CsvHeaderException : FormatException
{
    /// <summary>An error without a text.</summary>
    public CsvHeaderException()
    {
    }

    /// <summary>An error with a text.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    public CsvHeaderException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text and a cause.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public CsvHeaderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
