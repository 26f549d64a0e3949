namespace Toolkit.DataProcessing;

/// <summary>There is text that is no UTF-8; the line is counted from the partition's start.</summary>
internal sealed class InvalidTextException(long line, long byteOffset) : Exception
{
    public InvalidDataException At(string source, long linesBefore) =>
        new($"{source}, line {linesBefore + line + 1}, byte {byteOffset}: the text is no UTF-8; {nameof(CsvOptions)}.{nameof(CsvOptions.Encoding)} says what it is, and {nameof(InvalidText)}.{nameof(InvalidText.Keep)} takes it as it is.");
}
