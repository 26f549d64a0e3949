namespace Toolkit.DataProcessing;

/// <summary>A run can't go on where an earlier one ended: something changed in between. The text says what.</summary>
public sealed class CsvCheckpointException : InvalidOperationException
{
    /// <summary>An error without a text.</summary>
    public CsvCheckpointException()
    {
    }

    /// <summary>An error with a text.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    public CsvCheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text and a cause.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public CsvCheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
