namespace Toolkit.DataProcessing.IO.Tests.Outputs;

[CsvRecord]
internal partial record Strike(string? State, int Year, double Cost, string? Species);

internal enum Color
{
    Red,
    Blue,
}

[CsvRecord]
internal partial record Extreme(decimal Decimal, DateOnly Day, DateTime Moment, DateTimeOffset Offset, Guid Id, Color Color, double Real);

[CsvRecord]
internal partial record Wide(
    bool Flag, long Number, ulong Large, float Single, double Double, decimal Decimal, DateOnly Day, TimeOnly Time, DateTime Moment, DateTimeOffset Offset, Guid Id, string Text,
    bool? NoFlag, long? NoNumber, double? NoDouble, decimal? NoDecimal, DateOnly? NoDay, DateTime? NoMoment, Guid? NoId, string? NoText);
