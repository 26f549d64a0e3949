namespace Toolkit.DataProcessing;

/// <summary>A record was bad and the run was to fail at the first one, or there were more of them than allowed.</summary>
public sealed class CsvBadRowException : FormatException
{
    /// <summary>An error without a text.</summary>
    public CsvBadRowException()
    {
    }

    /// <summary>An error with a text.</summary>
    /// <param name="message">What is wrong and where.</param>
    public CsvBadRowException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text and a cause.</summary>
    /// <param name="message">What is wrong and where.</param>
    /// <param name="innerException">The cause.</param>
    public CsvBadRowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal CsvBadRowException(BadRow row)
        : this($"{row.Source}, line {row.Line}, byte {row.ByteOffset}: {row.Message}") => Row = row;

    /// <summary>The bad record, where a single one is meant.</summary>
    public BadRow? Row { get; }
}
