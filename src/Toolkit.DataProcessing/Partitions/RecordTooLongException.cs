namespace Toolkit.DataProcessing;

/// <summary>A record has more bytes than the run allows; its line is counted from the partition's start until the partition commits.</summary>
internal sealed class RecordTooLongException(long lines, long byteOffset) : Exception
{
    public CsvRecordTooLongException At(string source, long linesBefore, int maxRecordBytes) =>
        new($"{source}, line {linesBefore + lines + 1}, byte {byteOffset}: the record has more than {maxRecordBytes} bytes. A quote that is never closed makes one record of all that follows; {nameof(RunOptions)}.{nameof(RunOptions.MaxRecordBytes)} raises the limit.");
}
